using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class QueueActMapping : IEntityTypeConfiguration<QueueAct>, IEntityTypeConfiguration<QueueActRow>
{
    public void Configure(EntityTypeBuilder<QueueAct> act)
    {
        act.ToTable("queue_acts");
        act.Property(a => a.Kind).HasEnumText();
        act.Property(a => a.Chosen).HasMaxLength(500);
        act.Property(a => a.By).HasColumnName("acted_by").HasMaxLength(255);
        act.Property(a => a.At).HasColumnName("acted_at").HasDefaultValueSql("CURRENT_TIMESTAMP");
        act.Property(a => a.State).HasEnumText().HasDefaultValue(QueueActState.Running);
        act.Property(a => a.StageCause).HasMaxLength(LengthLimits.Cause);
        act.Property(a => a.Message).HasMaxLength(LengthLimits.Failure);
        act.Property(a => a.IsAtOnce).HasDefaultValue(false);
        act.Property(a => a.UndoneBy).HasMaxLength(255);
        act.HasIndex(a => a.State).HasFilter("state = 'running'").HasDatabaseName("IX_queue_acts_running");
    }

    public void Configure(EntityTypeBuilder<QueueActRow> row)
    {
        row.ToTable("queue_act_rows");
        row.HasKey(r => new { r.ActId, r.QueueId });
        row.Property(r => r.Status).HasMaxLength(32);
        row.HasOne<QueueAct>().WithMany().HasForeignKey(r => r.ActId).OnDelete(DeleteBehavior.Cascade);
        row.HasOne<QueueEntry>().WithMany().HasForeignKey(r => r.QueueId).OnDelete(DeleteBehavior.Cascade);
    }
}

using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class QueueEntryMapping : IEntityTypeConfiguration<QueueEntry>
{
    public void Configure(EntityTypeBuilder<QueueEntry> entry)
    {
        entry.ToTable("queue");
        entry.Property(e => e.Status).HasEnumText().HasDefaultValue(QueueStatus.Pending);
        entry.Property(e => e.AttemptCount).HasDefaultValue(0);
        entry.Property(e => e.Timestamp).HasDefaultValueSql("CURRENT_TIMESTAMP");
        entry.Property(e => e.Platform).HasMaxLength(LengthLimits.Platform);
        entry.Property(e => e.IsUrgent).HasDefaultValue(false);
        entry.Property(e => e.ClientId).HasMaxLength(64);
        entry.Property(e => e.Owner).HasMaxLength(64);
        entry.Property(e => e.IsCancelRequested).HasDefaultValue(false);
        entry.Property(e => e.Crashes).HasDefaultValue(0);
        entry.Property(e => e.Failure).HasMaxLength(LengthLimits.Failure);
        entry.Property(e => e.Cause).HasMaxLength(LengthLimits.Cause);
        entry.Property(e => e.RunId).HasMaxLength(64);
        entry.Property(e => e.CorrelationId).HasMaxLength(64);
        entry.Property(e => e.SourceKey).HasMaxLength(LengthLimits.SourceKey);
        entry.HasOne<LettaUser>().WithMany().HasForeignKey(e => e.LettaUserId).OnDelete(DeleteBehavior.SetNull);
        entry.HasOne<Message>().WithMany().HasForeignKey(e => e.MessageId).OnDelete(DeleteBehavior.SetNull);
        entry.HasOne<Agent>().WithMany().HasForeignKey(e => e.AgentId).OnDelete(DeleteBehavior.SetNull);
        entry.HasOne<Channel>().WithMany().HasForeignKey(e => e.ChannelId).OnDelete(DeleteBehavior.SetNull);
        entry.HasOne<QueueEntry>().WithMany().HasForeignKey(e => e.TurnId).OnDelete(DeleteBehavior.SetNull);
        entry.HasOne<BrocaImport>().WithMany().HasForeignKey(e => e.ImportId).OnDelete(DeleteBehavior.SetNull);
        entry.HasIndex(e => new { e.Status, e.Id });
        entry.HasIndex(e => new { e.Status, e.Id }, "IX_queue_urgent").HasFilter("is_urgent");
        entry.HasIndex(e => new { e.Status, e.Cause }).HasFilter("cause IS NOT NULL").HasDatabaseName("IX_queue_causes");
        entry
            .HasIndex(e => new
            {
                e.AgentId,
                e.Status,
                e.Id,
            })
            .HasFilter("status = 'pending' OR status = 'processing'")
            .HasDatabaseName("IX_queue_open");
        entry.HasIndex(e => e.MessageId);
        entry.HasIndex(e => e.EndedAt);

        // Nearly none has one: those would only be written.
        entry.HasIndex(e => e.TurnId).HasFilter("turn_id IS NOT NULL");
        entry.HasIndex(e => e.ImportId).HasFilter("import_id IS NOT NULL");
        entry.HasIndex(e => e.SourceKey).IsUnique().HasFilter("source_key IS NOT NULL").HasDatabaseName("IX_queue_source");
    }
}

using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class OutboxEntryMapping : IEntityTypeConfiguration<OutboxEntry>
{
    public void Configure(EntityTypeBuilder<OutboxEntry> entry)
    {
        entry.ToTable("outbox");
        entry.Property(e => e.Chat).HasMaxLength(LengthLimits.Name);
        entry.Property(e => e.Part).HasDefaultValue(1).HasSentinel(1);
        entry.Property(e => e.Status).HasEnumText().HasDefaultValue(OutboxStatus.Queued);
        entry.Property(e => e.AttemptCount).HasDefaultValue(0);
        entry.Property(e => e.QueuedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        entry.Property(e => e.Owner).HasMaxLength(64);
        entry.Property(e => e.ExternalId).HasMaxLength(LengthLimits.Name);
        entry.Property(e => e.Failure).HasMaxLength(LengthLimits.Failure);
        entry.HasOne<Message>().WithMany().HasForeignKey(e => e.MessageId).OnDelete(DeleteBehavior.SetNull);
        entry.HasOne<QueueEntry>().WithMany().HasForeignKey(e => e.QueueId).OnDelete(DeleteBehavior.SetNull);
        entry.HasOne<LettaUser>().WithMany().HasForeignKey(e => e.LettaUserId).OnDelete(DeleteBehavior.SetNull);
        entry.HasOne<Channel>().WithMany().HasForeignKey(e => e.ChannelId).OnDelete(DeleteBehavior.Cascade);
        entry.HasIndex(e => new { e.Status, e.Id });
        entry.HasIndex(e => e.MessageId);
    }
}

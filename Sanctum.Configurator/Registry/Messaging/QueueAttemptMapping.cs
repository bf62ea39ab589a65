using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class QueueAttemptMapping : IEntityTypeConfiguration<QueueAttempt>
{
    public void Configure(EntityTypeBuilder<QueueAttempt> attempt)
    {
        attempt.ToTable("queue_attempts");
        attempt.Property(a => a.Node).HasMaxLength(64);
        attempt.Property(a => a.Outcome).HasMaxLength(32);
        attempt.Property(a => a.Failure).HasMaxLength(LengthLimits.Failure);
        attempt.Property(a => a.Cause).HasMaxLength(LengthLimits.Cause);
        attempt.Property(a => a.RunId).HasMaxLength(64);
        attempt.Property(a => a.Excerpt).HasMaxLength(LengthLimits.Excerpt);
        attempt.HasOne<QueueEntry>().WithMany().HasForeignKey(a => a.QueueId).OnDelete(DeleteBehavior.Cascade);
    }
}

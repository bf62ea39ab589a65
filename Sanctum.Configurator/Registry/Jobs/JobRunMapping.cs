using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Jobs;

internal sealed class JobRunMapping : IEntityTypeConfiguration<JobRun>
{
    public void Configure(EntityTypeBuilder<JobRun> jobRun)
    {
        jobRun.ToTable("job_runs");
        jobRun.Property(r => r.JobName).HasMaxLength(255);
        jobRun.Property(r => r.Outcome).HasWords().HasDefaultValue(RunOutcome.Queued);
        jobRun.Property(r => r.QueuedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        jobRun.Property(r => r.Attempt).HasDefaultValue(1).HasSentinel(1);
        jobRun.Property(r => r.TriggeredBy).HasMaxLength(255);
        jobRun.HasOne<ScheduledJob>().WithMany().HasForeignKey(r => r.JobId).OnDelete(DeleteBehavior.SetNull);
        jobRun.HasIndex(r => new { r.JobId, r.QueuedAt });
    }
}

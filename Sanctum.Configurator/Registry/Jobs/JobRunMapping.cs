using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Jobs;

internal sealed class JobRunMapping : IEntityTypeConfiguration<JobRun>
{
    public void Configure(EntityTypeBuilder<JobRun> jobRun)
    {
        jobRun.ToTable("job_runs");
        jobRun.Property(r => r.JobName).HasMaxLength(255);
        jobRun.Property(r => r.Action).HasMaxLength(64);
        jobRun.Property(r => r.Arguments).IsJson();
        jobRun.Property(r => r.Outcome).HasEnumText().HasDefaultValue(RunOutcome.Queued);
        jobRun.Property(r => r.QueuedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        jobRun.Property(r => r.Attempt).HasDefaultValue(1).HasSentinel(1);
        jobRun.Property(r => r.TriggeredBy).HasMaxLength(255);
        jobRun.Property(r => r.CorrelationId).HasMaxLength(64);
        jobRun.Property(r => r.Owner).HasMaxLength(64);
        jobRun.Property(r => r.IsCancelRequested).HasDefaultValue(false);
        jobRun.HasOne<ScheduledJob>().WithMany().HasForeignKey(r => r.JobId).OnDelete(DeleteBehavior.SetNull);
        jobRun.HasIndex(r => new { r.JobId, r.QueuedAt });
        jobRun.HasIndex(r => new { r.JobId, r.Id }).HasDatabaseName("IX_job_runs_job_newest");
        jobRun.HasIndex(r => new { r.Outcome, r.Id }).HasDatabaseName("IX_job_runs_outcome_newest");
        jobRun
            .HasIndex(r => r.NotBefore)
            .HasFilter("outcome = 'queued' AND not_before IS NOT NULL")
            .HasDatabaseName("IX_job_runs_not_before");
        jobRun.HasIndex(r => new { r.AgentId, r.Id }).HasDatabaseName("IX_job_runs_agent_newest");

        // One run, and one of each further try, per time of the schedule, however many consoles there are.
        jobRun
            .HasIndex(r => new
            {
                r.JobId,
                r.DueAt,
                r.Attempt,
            })
            .IsUnique()
            .HasFilter("due_at IS NOT NULL")
            .HasDatabaseName("IX_job_runs_due");
        jobRun.HasIndex(r => new { r.JobId, r.Outcome }).HasFilter("outcome IN ('queued', 'running')").HasDatabaseName("IX_job_runs_open");
    }
}

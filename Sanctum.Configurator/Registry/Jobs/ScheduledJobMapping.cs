using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Registry.Jobs;

internal sealed class ScheduledJobMapping : IEntityTypeConfiguration<ScheduledJob>
{
    public void Configure(EntityTypeBuilder<ScheduledJob> scheduledJob)
    {
        scheduledJob.ToTable("scheduled_jobs");
        scheduledJob.HasRowTimes();
        scheduledJob.Property(j => j.Name).HasMaxLength(255);
        scheduledJob.Property(j => j.CronExpression).HasMaxLength(255);
        scheduledJob.Property(j => j.TimeZone).HasMaxLength(64).HasDefaultValue("UTC");
        scheduledJob.Property(j => j.Status).HasEnumText().HasDefaultValue(JobStatus.Active);
        scheduledJob.Property(j => j.MissedRuns).HasEnumText().HasDefaultValue(MissedRunPolicy.Skip);
        scheduledJob.Property(j => j.Overlap).HasEnumText().HasDefaultValue(OverlapPolicy.Skip);
        scheduledJob.Property(j => j.Action).HasMaxLength(64);
        scheduledJob.Property(j => j.Arguments).IsJson();
        scheduledJob.Property(j => j.CatchUpMost).HasDefaultValue(10).HasSentinel(10);
        scheduledJob.Property(j => j.LostRuns).HasEnumText().HasDefaultValue(LostRunPolicy.MarkLost);
        scheduledJob.Property(j => j.TimeoutSeconds).HasDefaultValue(3600).HasSentinel(3600);
        scheduledJob.Property(j => j.Retries).HasDefaultValue(0);
        scheduledJob.Property(j => j.RetryAfterSeconds).HasDefaultValue(60).HasSentinel(60);
        scheduledJob.Property(j => j.WaitsForAgent).HasDefaultValue(false);
        scheduledJob.Property(j => j.Alerts).HasMaxLength(64).HasDefaultValue(string.Join(',', ScheduledJob.AllAlerts));
        scheduledJob.Property(j => j.Problem).NotInHistory();
        scheduledJob.Property(j => j.RunsAs).HasMaxLength(32).NotInHistory();
        scheduledJob.Property(j => j.LastRun).NotInHistory();
        scheduledJob.Property(j => j.NextRun).NotInHistory();
        scheduledJob.Property(j => j.IsEnabled).HasDefaultValue(true).HasSentinel(true);
        scheduledJob.HasOne<ToolInstance>().WithMany().HasForeignKey(j => j.ToolInstanceId).OnDelete(DeleteBehavior.Restrict);
        scheduledJob.HasOne<Agent>().WithMany().HasForeignKey(j => j.AgentId).OnDelete(DeleteBehavior.Restrict);
        scheduledJob.HasIndex(j => j.NextRun).HasDatabaseName("idx_scheduled_jobs_next_run");
        scheduledJob.KeepsHistory();
    }
}

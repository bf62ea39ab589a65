using Microsoft.EntityFrameworkCore;
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
        scheduledJob.Property(j => j.Status).HasWords().HasDefaultValue(JobStatus.Active);
        scheduledJob.Property(j => j.MissedRuns).HasWords().HasDefaultValue(MissedRunPolicy.Skip);
        scheduledJob.Property(j => j.Overlap).HasWords().HasDefaultValue(OverlapPolicy.Skip);
        scheduledJob.Property(j => j.LastRun).NotInHistory();
        scheduledJob.Property(j => j.NextRun).NotInHistory();
        scheduledJob.Property(j => j.IsEnabled).HasDefaultValue(true).HasSentinel(true);
        scheduledJob.HasOne<ToolInstance>().WithMany().HasForeignKey(j => j.ToolInstanceId).OnDelete(DeleteBehavior.Restrict);
        scheduledJob.HasOne<Agent>().WithMany().HasForeignKey(j => j.AgentId).OnDelete(DeleteBehavior.Restrict);
        scheduledJob.HasIndex(j => j.NextRun).HasDatabaseName("idx_scheduled_jobs_next_run");
        scheduledJob.KeepsHistory();
    }
}

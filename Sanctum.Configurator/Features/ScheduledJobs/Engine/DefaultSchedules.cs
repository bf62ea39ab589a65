using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>The console's own jobs: added at its first start, and from then on the operator's, but for deleting them.</summary>
public sealed class DefaultSchedules(IDbContextFactory<RegistryDbContext> registries, IEnumerable<DefaultSchedule> own, TimeProvider clock)
{
    public async Task AddMissingAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var there = await registry.ScheduledJobs.Where(j => j.Action != null).Select(j => j.Action).ToListAsync(cancel);
        var now = clock.GetUtcNow();
        registry.AddRange(
            own.Where(job => !there.Contains(job.Action))
                .Select(job => new ScheduledJob
                {
                    Name = job.Name,
                    Description = job.Description,
                    CronExpression = job.CronExpression,
                    Action = job.Action,
                    RunsAs = Answerable.Console,
                    IsEnabled = job.IsEnabled,
                    MissedRuns = job.CatchesUp ? MissedRunPolicy.RunOnce : MissedRunPolicy.Skip,
                    Alerts = job.IsHousekeeping ? "failed" : string.Join(',', ScheduledJob.AllAlerts),
                    Retries = job.Retries,
                    RetryAfterSeconds = job.RetryAfterSeconds,
                    TimeoutSeconds = job.TimeoutSeconds,
                    CreatedAt = now,
                    UpdatedAt = now,
                })
        );
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
    }

    /// <summary>Whether a job is the last that does what the console relies on.</summary>
    public async Task<bool> IsNeededAsync(RegistryDbContext registry, ScheduledJob job, CancellationToken cancel) =>
        own.Any(each => each.Action == job.Action)
        && !await registry.ScheduledJobs.AnyAsync(j => j.Id != job.Id && j.Action == job.Action, cancel);
}

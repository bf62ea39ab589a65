using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>A job that is due within a span.</summary>
/// <param name="Times">When, the earliest first.</param>
/// <param name="IsCut">It is due oftener than is listed.</param>
public sealed record ComingJob(int Id, string Name, string? Sentence, string TimeZone, IReadOnlyList<DateTimeOffset> Times, bool IsCut);

/// <summary>What is due from now on.</summary>
/// <param name="JobsLeftOut">Jobs that are due too, later than those.</param>
public sealed record ComingJobs(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<ComingJob> Jobs, int JobsLeftOut);

/// <summary>Reckons which jobs are due in the time to come, as the engine will run them.</summary>
public sealed class JobCalendar(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Jobs that are listed, and times of each.</summary>
    private const int MostJobs = 30,
        MostTimes = 200;

    /// <summary>The jobs that are due within a span from now, which is due first coming first.</summary>
    public async Task<ComingJobs> ReadAsync(TimeSpan span, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var until = now + (span < Longest ? span : Longest);
        var due = registry
            .ScheduledJobs.AsNoTracking()
            .Where(j => j.IsEnabled && j.Status == JobStatus.Active && j.NextRun != null && j.NextRun <= until);
        var jobs = await due.OrderBy(j => j.NextRun).ThenBy(j => j.Id).Take(MostJobs).ToListAsync(cancel);
        return new(
            now,
            until,
            [.. jobs.Select(job => Of(job, now, until)).Where(job => job.Times.Count > 0)],
            jobs.Count < MostJobs ? 0 : await due.CountAsync(cancel) - MostJobs
        );
    }

    private static ComingJob Of(ScheduledJob job, DateTimeOffset now, DateTimeOffset until)
    {
        var schedule = CronSchedule.Read(job.CronExpression, job.TimeZone, out _);
        var quiet = schedule is null ? null : QuietHours.Of(job.QuietFrom, job.QuietUntil, schedule.Zone);
        var times = new List<DateTimeOffset>();
        for (
            var next = schedule?.Next(job.PausedUntil > now ? job.PausedUntil.Value : now);
            next <= until && times.Count <= MostTimes;
            next = schedule!.Next(next.Value)
        )
        {
            if (quiet?.Hold(next.Value) != true)
            {
                times.Add(next.Value);
            }
        }

        return new(job.Id, job.Name, schedule?.Sentence, job.TimeZone, [.. times.Take(MostTimes)], times.Count > MostTimes);
    }
}

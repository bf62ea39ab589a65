using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>
/// Tells the operator what a job's alerts name: that it failed, was missed, began late or took longer than usual, and that it is well
/// again.
/// </summary>
internal sealed class JobNotices(IDbContextFactory<RegistryDbContext> registries, Notifier notifier, TimeProvider clock)
{
    /// <summary>So much after its time it is late.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    /// <summary>By less than this nothing takes longer than usual.</summary>
    private static readonly TimeSpan MoreThanUsual = TimeSpan.FromSeconds(1);

    /// <summary>Of more jobs that missed runs together, the operator is told once.</summary>
    private const int MostApart = 5;

    /// <summary>Runs that what is usual is learnt from, at least and at most.</summary>
    private const int FewestRuns = 10,
        MostRuns = 50;

    /// <summary>After runs have begun.</summary>
    public async Task BegunAsync(IEnumerable<ClaimedRun> begun, CancellationToken cancel)
    {
        foreach (var (run, job) in begun.Where(c => Wants(c.Job, "late") && c.Run.Attempt == 1 && c.Run.StartedAt - c.Run.DueAt > Late))
        {
            await notifier.RaiseAsync(
                Notice(
                    NoticeLevel.Warning,
                    job,
                    run,
                    "late",
                    $"{job.Name} started late",
                    $"It was due at {At(run.DueAt)} and started at {At(run.StartedAt)}. The console may have been down, or other runs delayed it."
                ),
                cancel
            );
        }
    }

    /// <summary>After times have passed at which nothing was there to run a job.</summary>
    public async Task MissedAsync(IReadOnlyList<JobRun> missed, CancellationToken cancel)
    {
        if (missed.Count == 0)
        {
            return;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var runs = missed.ToLookup(run => run.JobId);
        var ids = runs.Select(job => job.Key).ToList();
        var jobs = (
            await registry.ScheduledJobs.AsNoTracking().Where(j => ids.Contains(j.Id)).OrderBy(j => j.Name).ToListAsync(cancel)
        ).FindAll(job => Wants(job, "missed"));
        if (jobs.Count > MostApart)
        {
            await notifier.RaiseAsync(
                new(NoticeLevel.Warning, NoticeSources.Jobs, $"{jobs.Count} jobs missed runs")
                {
                    Message =
                        $"No console was running when they were due, or its clock jumped: {string.Join(", ", jobs.Take(MostApart).Select(job => job.Name))} and {jobs.Count - MostApart} more. Run them now if they still matter.",
                    Link = Urls.ScheduledJobs,
                    GroupKey = "jobs:missed",
                },
                cancel
            );
            return;
        }

        foreach (var job in jobs)
        {
            var (count, last) = (runs[job.Id].Count(), runs[job.Id].Max(run => run.DueAt));
            await notifier.RaiseAsync(
                Notice(
                    NoticeLevel.Warning,
                    job,
                    null,
                    "missed",
                    $"{job.Name} missed {(count == 1 ? "a run" : $"{count} runs")}",
                    $"The last one was due at {At(last)}. No console was running then, or its clock jumped. Run it now if it still matters."
                ),
                cancel
            );
        }
    }

    /// <summary>After runs have ended.</summary>
    public async Task EndedAsync(IReadOnlyList<(ClaimedRun Claimed, RunResult End)> ended, CancellationToken cancel)
    {
        await RecoveredAsync([.. ended.Where(e => e.End.IsOk).Select(e => KeyOf(e.Claimed.Job.Id, "failed")).Distinct()], cancel);
        foreach (var ((run, job), result) in ended)
        {
            if (result.IsOk && clock.GetUtcNow() - run.StartedAt > MoreThanUsual && Wants(job, "slow"))
            {
                await SlowAsync(run, job, cancel);
            }
            else if (IsFailed(result.Ending) && Wants(job, "failed") && (result.Ending == RunEnding.Abandoned || run.Attempt > job.Retries))
            {
                await notifier.RaiseAsync(
                    Notice(NoticeLevel.Error, job, run, "failed", $"{job.Name} {WordOf(result.Ending)}", result.Message) with
                    {
                        IsLasting = true,
                    },
                    cancel
                );
            }
        }
    }

    private static bool IsFailed(RunEnding ending) => ending is RunEnding.Failed or RunEnding.TimedOut or RunEnding.Abandoned;

    private async Task RecoveredAsync(IReadOnlyList<string> keys, CancellationToken cancel)
    {
        if (keys.Count == 0)
        {
            return;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        foreach (
            var key in await registry
                .Notifications.Where(n => n.Source == NoticeSources.Jobs && n.ResolvedAt == null && keys.Contains(n.GroupKey!))
                .Select(n => n.GroupKey!)
                .Distinct()
                .ToListAsync(cancel)
        )
        {
            await notifier.ResolveAsync(key, cancel);
        }
    }

    public static string KeyOf(int jobId, string what) => string.Create(CultureInfo.InvariantCulture, $"jobs:{what}:{jobId}");

    private async Task SlowAsync(JobRun run, ScheduledJob job, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var newest = await registry
            .JobRuns.AsNoTracking()
            .Where(r => r.JobId == job.Id && r.Outcome == RunOutcome.Succeeded && r.Id <= run.Id)
            .OrderByDescending(r => r.Id)
            .Select(r => new { r.Id, r.Milliseconds })
            .Take(MostRuns + 1)
            .ToListAsync(cancel);
        var (taken, usual) = (
            newest.Find(r => r.Id == run.Id)?.Milliseconds,
            newest.Where(r => r.Id != run.Id).Select(r => r.Milliseconds ?? 0).Order().ToList()
        );
        if (taken is { } milliseconds && usual.Count >= FewestRuns && IsSlow(milliseconds, usual))
        {
            await notifier.RaiseAsync(
                Notice(
                    NoticeLevel.Warning,
                    job,
                    run,
                    "slow",
                    $"{job.Name} took longer than usual",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{milliseconds / 1000d:0.0} seconds; of the {usual.Count} runs before, half took less than {usual[usual.Count / 2] / 1000d:0.0}."
                    )
                ),
                cancel
            );
        }
    }

    /// <summary>Twice as long as all but a twentieth of the runs before, and a second more at least.</summary>
    private static bool IsSlow(int milliseconds, List<int> usual)
    {
        var most = usual[(int)(usual.Count * 0.95)];
        return milliseconds > 2 * most && milliseconds - most > MoreThanUsual.TotalMilliseconds;
    }

    private static bool Wants(ScheduledJob job, string alert) => job.Alerts.Split(',').Contains(alert);

    private static Notice Notice(NoticeLevel level, ScheduledJob job, JobRun? run, string what, string title, string message) =>
        new(level, NoticeSources.Jobs, title)
        {
            Message = message,
            Link = run is null ? Urls.ScheduledJob(job.Id) : Urls.JobRun(job.Id, run.Id),
            GroupKey = KeyOf(job.Id, what),
        };

    private static string WordOf(RunEnding ending) =>
        ending switch
        {
            RunEnding.TimedOut => "timed out",
            RunEnding.Abandoned => "was abandoned",
            _ => "failed",
        };

    private static string At(DateTimeOffset? time) => string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd HH:mm:ss} UTC");
}

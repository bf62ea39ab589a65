using Microsoft.Extensions.Options;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>
/// Which console runs what. A run belongs to one console, under the word that it chose at its start, for as long as it answers: a lease
/// that it renews. Who lost it, as by standing still, writes nothing about it any more.
/// </summary>
internal sealed class RunLeases(
    IDbContextFactory<RegistryDbContext> registries,
    LiveRuns live,
    IOptions<JobOptions> options,
    TimeProvider clock
)
{
    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    /// <summary>Takes runs that wait and may begin, the oldest first.</summary>
    public async Task<IReadOnlyList<ClaimedRun>> TakeAsync(int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        if (most <= 0 || !await Ready(registry, now).AnyAsync(cancel))
        {
            return [];
        }

        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var runs = await Ready(registry, now).OrderBy(r => r.Id).Take(most).ToListAsync(cancel);
        if (!registry.Database.IsSqlite())
        {
            runs = await LockedAsync(registry, runs, now, cancel);
        }

        var jobIds = runs.Select(r => r.JobId!.Value).Distinct().ToList();
        var jobs = await registry.ScheduledJobs.AsNoTracking().Where(j => jobIds.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancel);
        var claimed = OneForEachAgent(runs.Select(run => new ClaimedRun(run, jobs[run.JobId!.Value])));
        await MarkAsync(registry, claimed, now, cancel);
        await transaction.CommitAsync(cancel);

        // A console that stood still in between may have lost them already.
        return clock.GetUtcNow() < now + (_lease / 2) ? claimed : [];
    }

    /// <summary>
    /// Renews the lease of runs that this console took. What it took and never began is not among them, and is lost when its lease is over.
    /// </summary>
    /// <returns>The runs that are still its own, and those of them that somebody wants to end.</returns>
    public async Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> AnswerAsync(
        IReadOnlyCollection<int> runs,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var mine = registry.JobRuns.Where(r =>
            runs.Contains(r.Id) && r.Outcome == RunOutcome.Running && r.Owner == live.Owner && r.LeaseUntil >= now
        );
        await mine.ExecuteUpdateAsync(set => set.SetProperty(r => r.LeaseUntil, now + _lease), cancel);
        var rows = await mine.Select(r => new { r.Id, r.IsCancelRequested }).ToListAsync(cancel);
        return (rows.Select(r => r.Id).ToHashSet(), [.. rows.Where(r => r.IsCancelRequested).Select(r => r.Id)]);
    }

    private static IQueryable<JobRun> Ready(RegistryDbContext registry, DateTimeOffset now) =>
        registry
            .JobRuns.AsNoTracking()
            .Where(r => r.Outcome == RunOutcome.Queued && r.JobId != null && (r.NotBefore == null || r.NotBefore <= now))
            .Where(r =>
                registry.ScheduledJobs.Any(j => j.Id == r.JobId && j.Overlap == OverlapPolicy.Allow)
                || !registry.JobRuns.Any(o =>
                    o.JobId == r.JobId && (o.Outcome == RunOutcome.Running || (o.Outcome == RunOutcome.Queued && o.Id < r.Id))
                )
            )
            .Where(r =>
                r.AgentId == null
                || !registry.ScheduledJobs.Any(j => j.Id == r.JobId && j.WaitsForAgent)
                || !registry.JobRuns.Any(o => o.AgentId == r.AgentId && o.Outcome == RunOutcome.Running)
            );

    /// <summary>Once more behind the locks: what was committed meanwhile counts.</summary>
    private static async Task<List<JobRun>> LockedAsync(
        RegistryDbContext registry,
        List<JobRun> runs,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var jobs = await RowLocks.FreeAsync(registry, Tables.ScheduledJobs, [.. runs.Select(r => r.JobId!.Value).Distinct()], cancel);
        var waiting = await registry
            .ScheduledJobs.Where(j => jobs.Contains(j.Id) && j.WaitsForAgent && j.AgentId != null)
            .Select(j => j.AgentId!.Value)
            .Distinct()
            .ToListAsync(cancel);
        var agents = await RowLocks.FreeAsync(registry, Tables.Agents, waiting, cancel);
        var others = waiting.Except(agents).ToList();
        return await Ready(registry, now)
            .Where(r => jobs.Contains(r.JobId!.Value) && (r.AgentId == null || !others.Contains(r.AgentId.Value)))
            .OrderBy(r => r.Id)
            .Take(runs.Count)
            .ToListAsync(cancel);
    }

    private static List<ClaimedRun> OneForEachAgent(IEnumerable<ClaimedRun> runs)
    {
        var agents = new HashSet<int>();
        return [.. runs.Where(claimed => claimed.Run.AgentId is not { } agent || agents.Add(agent) || !claimed.Job.WaitsForAgent)];
    }

    private async Task MarkAsync(RegistryDbContext registry, List<ClaimedRun> claimed, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = new JsonRows(
            registry,
            ("run", "int"),
            ("job", "int"),
            ("holder", "text"),
            ("started", "timestamptz"),
            ("until", "timestamptz")
        );
        var begun = claimed.ConvertAll(c => new
        {
            run = c.Run.Id,
            job = c.Job.Id,
            holder = live.Owner,
            started = rows.Time(now),
            until = rows.Time(now + _lease),
        });
        await rows.ExecuteAsync(
            "UPDATE job_runs SET outcome = 'running', owner = holder, started_at = started, lease_until = until, message = NULL FROM given WHERE id = run",
            begun,
            cancel
        );
        await rows.ExecuteAsync("UPDATE scheduled_jobs SET last_run = started FROM given WHERE id = job", begun, cancel);
        foreach (var (run, _) in claimed)
        {
            (run.Outcome, run.Owner, run.StartedAt) = (RunOutcome.Running, live.Owner, now);
        }
    }
}

using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>A run as it is listed.</summary>
/// <param name="Runs">What it ran, for people.</param>
/// <param name="TriggeredBy">Null for the schedule.</param>
/// <param name="CorrelationId">By which the lines that were logged meanwhile are found.</param>
public sealed record RunRow(
    int Id,
    int? JobId,
    string JobName,
    int? ToolInstanceId,
    string? Action,
    int? AgentId,
    RunOutcome Outcome,
    DateTimeOffset? DueAt,
    DateTimeOffset QueuedAt,
    DateTimeOffset? NotBefore,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    int? Milliseconds,
    int Attempt,
    string? Message,
    string? TriggeredBy,
    string? CorrelationId,
    bool IsCancelRequested
)
{
    public bool IsOpen => Outcome is RunOutcome.Queued or RunOutcome.Running;

    internal static RunRow Of(JobRun run) =>
        new(
            run.Id,
            run.JobId,
            run.JobName,
            run.ToolInstanceId,
            run.Action,
            run.AgentId,
            run.Outcome,
            run.DueAt,
            run.QueuedAt,
            run.NotBefore,
            run.StartedAt,
            run.EndedAt,
            run.Milliseconds,
            run.Attempt,
            run.Message,
            run.TriggeredBy,
            run.CorrelationId,
            run.IsCancelRequested
        );
}

/// <summary>A run with what it was told and what it said, so far where it is under way.</summary>
public sealed record RunView(RunRow Run, JsonObject? Arguments, string? Output);

/// <summary>Which runs are wanted; null for all.</summary>
public sealed record RunFilter(
    int? JobId = null,
    RunOutcome? Outcome = null,
    int? AgentId = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null
);

/// <summary>Lists runs of jobs, cancels them and begins them again.</summary>
public sealed class JobRunService(
    IDbContextFactory<RegistryDbContext> registries,
    LiveRuns live,
    JobRights rights,
    CurrentUser caller,
    Signal<RunsChanged> changed,
    TimeProvider clock
)
{
    /// <summary>Rows that are counted; beyond them a list says "or more".</summary>
    internal const int MostCounted = 10_000;

    /// <summary>The runs, newest first. The search finds names of jobs, and those that deleted ones had.</summary>
    public async Task<PageOf<RunRow>> PageAsync(RunFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var runs = Matching(registry, filter, page.Search);
        var total = await runs.CountUpToAsync(MostCounted, cancel);
        var rest = page.Cursor is { Length: > 0 } text && Cursor.Read(text, "runs").Id is var last ? runs.Where(r => r.Id < last) : runs;
        var some = await rest.OrderByDescending(r => r.Id).Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancel);
        List<RunRow> shown = [.. some.Take(page.Take).Select(RunRow.Of)];
        return new(shown, total, some.Count > page.Take ? Cursor.Write("runs", shown[^1].Id, shown[^1].Id) : null);
    }

    public async Task<RunView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.JobRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancel) is { } run
            ? new(RunRow.Of(run), JsonText.FindObject(run.Arguments), live.OutputOf(id) ?? run.Output)
            : null;
    }

    /// <summary>
    /// Cancels a run: at once where it waits, and where it is under way as soon as its console hears of it, which takes two seconds at
    /// most.
    /// </summary>
    public async Task<Outcome<RunRow>> CancelAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<RunRow>.Invalid("", "You don't have permission to cancel runs.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.JobRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancel) is not { } run)
        {
            return new Outcome<RunRow>.NotFound();
        }

        if (!RunRow.Of(run).IsOpen)
        {
            return new Outcome<RunRow>.Invalid("", "The run has already ended.");
        }

        if (await WhyNotAsync(registry, run, cancel) is { } why)
        {
            return new Outcome<RunRow>.Invalid("", why);
        }

        await RunEnds.CancelAsync(registry, r => r.Id == id, $"Cancelled by {caller.Actor.Name}.", clock.GetUtcNow(), cancel);
        live.Cancel(id, RunStop.Asked);
        changed.Publish(new());
        return new Outcome<RunRow>.Ok(RunRow.Of(await registry.JobRuns.AsNoTracking().SingleAsync(r => r.Id == id, cancel)));
    }

    /// <summary>Queues a run of the same job with the same arguments.</summary>
    public async Task<Outcome<RunRow>> AgainAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<RunRow>.Invalid("", "You don't have permission to run jobs.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.JobRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancel) is not { } run)
        {
            return new Outcome<RunRow>.NotFound();
        }

        if (await WhyNotAsync(registry, run, cancel) is { } why)
        {
            return new Outcome<RunRow>.Invalid("", why);
        }

        return await registry.ScheduledJobs.AsNoTracking().SingleOrDefaultAsync(j => j.Id == run.JobId, cancel) is { } job
            ? await QueueAsync(
                registry,
                JobRuns.Of(job, RunOutcome.Queued, clock.GetUtcNow(), arguments: run.Arguments ?? "{}", by: caller.Actor.Name),
                cancel
            )
            : new Outcome<RunRow>.Invalid("", "The run can't be repeated, because its job was deleted.");
    }

    private async Task<string?> WhyNotAsync(RegistryDbContext registry, JobRun run, CancellationToken cancel) =>
        await registry.ScheduledJobs.AsNoTracking().SingleOrDefaultAsync(j => j.Id == run.JobId, cancel) is { } job
            ? await rights.WhyNotAsync(job, cancel)
            : null;

    internal async Task<Outcome<RunRow>> QueueAsync(RegistryDbContext registry, JobRun run, CancellationToken cancel)
    {
        registry.Add(run);
        await registry.SaveChangesAsync(cancel);
        changed.Publish(new());
        return new Outcome<RunRow>.Ok(RunRow.Of(run));
    }

    private static IQueryable<JobRun> Matching(RegistryDbContext registry, RunFilter filter, string? search)
    {
        var runs = registry.JobRuns.AsNoTracking();
        runs = filter.JobId is { } job ? runs.Where(r => r.JobId == job) : runs;
        runs = filter.Outcome is { } outcome ? runs.Where(r => r.Outcome == outcome) : runs;
        runs = filter.AgentId is { } agent ? runs.Where(r => r.AgentId == agent) : runs;
        runs = filter.From is { } from ? runs.Where(r => r.QueuedAt >= from) : runs;
        runs = filter.To is { } to ? runs.Where(r => r.QueuedAt < to) : runs;
        if (search?.Trim().ToUpperInvariant() is { Length: > 0 } upper)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            var named = registry.ScheduledJobs.Where(j => j.Name.ToUpper().Contains(upper)).Select(j => (int?)j.Id);
            runs = runs.Where(r => named.Contains(r.JobId) || (r.JobId == null && r.JobName.ToUpper().Contains(upper)));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return runs;
    }
}

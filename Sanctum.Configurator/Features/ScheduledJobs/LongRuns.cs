using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>A long act of the console that is no job's.</summary>
/// <param name="Arguments">JSON object.</param>
/// <param name="Output">What it has come to, so far where it is under way.</param>
/// <param name="By">Who began it.</param>
public sealed record LongRun(
    int Id,
    RunOutcome Outcome,
    string? Arguments,
    string? Output,
    string? Message,
    string? By,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    bool IsCancelRequested
)
{
    public bool IsOpen => Outcome == RunOutcome.Running;
}

/// <summary>
/// Long acts of the console that are no job's, such as a move of agents: one of a kind at a time in all consoles of a registry, listed among
/// the runs of jobs. Each belongs to the console that began it for as long as that one answers, as runs of jobs do; whoever does not answer
/// any more is taken for gone, and its run for lost.
/// </summary>
public sealed class LongRuns(
    IDbContextFactory<RegistryDbContext> registries,
    LiveRuns live,
    IOptions<JobOptions> options,
    Signal<RunsChanged> changed,
    CurrentUser caller,
    TimeProvider clock
)
{
    private const string Gone = "The console that ran it stopped responding.";

    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    /// <summary>Whoever runs it answers at least as often as this.</summary>
    public TimeSpan AnswerEvery => _lease / 3;

    /// <param name="action">What it is, in small letters and underscores.</param>
    /// <param name="name">What it is, for people.</param>
    /// <returns>Its id; null where one of the kind is running, on whichever console.</returns>
    public async Task<int?> BeginAsync(string action, string name, string arguments, string? output, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var now = clock.GetUtcNow();
        if (await Of(registry, action).AnyAsync(r => r.Outcome == RunOutcome.Running && r.LeaseUntil >= now, cancel))
        {
            return null;
        }

        var run = new JobRun
        {
            JobName = name,
            Action = action,
            Arguments = arguments,
            Output = output,
            Outcome = RunOutcome.Running,
            QueuedAt = now,
            StartedAt = now,
            TriggeredBy = caller.Actor.Name,
            Owner = live.Owner,
            LeaseUntil = now + _lease,
        };
        registry.Add(run);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        changed.Publish(new(IsWork: false));
        return run.Id;
    }

    /// <summary>Says that it still goes on, and what it has come to.</summary>
    /// <returns>False where it should stop: somebody wants it to, or it was taken for lost.</returns>
    public async Task<bool> AnswerAsync(int id, string output, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var isOwn = await Own(registry, id)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.LeaseUntil, now + _lease).SetProperty(r => r.Output, output), cancel);
        changed.Publish(new(IsWork: false));
        return isOwn > 0 && !await Own(registry, id).AnyAsync(r => r.IsCancelRequested, cancel);
    }

    /// <summary>Writes how it ended, unless it was taken for lost.</summary>
    public async Task EndAsync(int id, RunEnding ending, string message, string output, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (now, outcome) = (clock.GetUtcNow(), ending.ToOutcome());
        if (await Own(registry, id).Select(r => r.StartedAt).SingleOrDefaultAsync(cancel) is { } started)
        {
            var milliseconds = (int)Math.Clamp((now - started).TotalMilliseconds, 0, int.MaxValue);
            await Own(registry, id)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(r => r.Outcome, outcome)
                            .SetProperty(r => r.EndedAt, now)
                            .SetProperty(r => r.Milliseconds, milliseconds)
                            .SetProperty(r => r.Message, message)
                            .SetProperty(r => r.Output, output),
                    cancel
                );
            changed.Publish(new(IsWork: false));
        }
    }

    /// <summary>The newest of a kind, or the one with this id; null where there is none.</summary>
    public async Task<LongRun?> FindAsync(string action, int? id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var run = await Of(registry, action)
            .AsNoTracking()
            .Where(r => id == null || r.Id == id)
            .OrderByDescending(r => r.Id)
            .FirstOrDefaultAsync(cancel);
        var isGone = run is { Outcome: RunOutcome.Running } && !(run.LeaseUntil >= clock.GetUtcNow());
        return run is null
            ? null
            : new(
                run.Id,
                isGone ? RunOutcome.Lost : run.Outcome,
                run.Arguments,
                run.Output,
                isGone ? Gone : run.Message,
                run.TriggeredBy,
                run.StartedAt ?? run.QueuedAt,
                isGone ? run.LeaseUntil : run.EndedAt,
                run.IsCancelRequested
            );
    }

    /// <summary>Asks whoever runs it to stop.</summary>
    /// <returns>False where it has ended.</returns>
    public async Task<bool> CancelAsync(string action, int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var asked = await Of(registry, action)
            .Where(r => r.Id == id && r.Outcome == RunOutcome.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.IsCancelRequested, true), cancel);
        changed.Publish(new(IsWork: false));
        return asked > 0;
    }

    private static IQueryable<JobRun> Of(RegistryDbContext registry, string action) =>
        registry.JobRuns.Where(r => r.JobId == null && r.Action == action);

    private IQueryable<JobRun> Own(RegistryDbContext registry, int id) =>
        registry.JobRuns.Where(r => r.Id == id && r.Outcome == RunOutcome.Running && r.Owner == live.Owner);
}

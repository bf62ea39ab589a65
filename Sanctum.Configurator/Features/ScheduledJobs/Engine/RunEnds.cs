using System.Linq.Expressions;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>A run that is under way here, and its job as it was when it was begun.</summary>
internal sealed record ClaimedRun(JobRun Run, ScheduledJob Job);

/// <summary>Writes how runs ended: only for whom they still belong to, and with what follows from it, in one commit.</summary>
internal sealed class RunEnds(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    /// <summary>Writes the ends of one console's runs.</summary>
    /// <returns>Those that were written; the others had been taken over by another console.</returns>
    public async Task<IReadOnlyList<(ClaimedRun Claimed, RunResult End)>> WriteAsync(
        IReadOnlyList<(ClaimedRun Claimed, RunResult End)> ends,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        await RowLocks.WaitAsync(registry, Tables.JobRuns, ends.Select(e => e.Claimed.Run.Id).ToList(), cancel);
        var ended = await EndAsync(
            registry,
            [.. ends.Select(e => (e.Claimed.Run, (ScheduledJob?)e.Claimed.Job, e.End))],
            clock.GetUtcNow(),
            cancel
        );
        await transaction.CommitAsync(cancel);
        return [.. ends.Where(e => ended.Contains(e.Claimed.Run.Id))];
    }

    /// <summary>Ends the runs that nobody answers for any more, and begins them anew where their jobs want that.</summary>
    /// <returns>Those that were lost.</returns>
    public async Task<IReadOnlyList<(ClaimedRun Claimed, RunResult End)>> TakeOverAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        if (!await Unanswered(registry, now).AnyAsync(cancel))
        {
            return [];
        }

        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var free = await RowLocks.FreeAsync(
            registry,
            Tables.JobRuns,
            await Unanswered(registry, now).Select(r => r.Id).ToListAsync(cancel),
            cancel
        );
        var lost = await Unanswered(registry, now).AsNoTracking().Where(r => free.Contains(r.Id)).ToListAsync(cancel);
        var ids = lost.ConvertAll(run => run.JobId);
        var jobs = await registry.ScheduledJobs.AsNoTracking().Where(j => ids.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancel);
        var ends = lost.ConvertAll(run =>
            (
                Run: run,
                Job: run.JobId is { } id ? jobs.GetValueOrDefault(id) : null,
                End: new RunResult(
                    RunEnding.Abandoned,
                    $"The console that ran it stopped responding at {run.LeaseUntil:yyyy-MM-dd HH:mm:ss} UTC. The run may be incomplete.",
                    run.Output
                )
            )
        );
        var ended = await EndAsync(registry, ends, now, cancel);
        await transaction.CommitAsync(cancel);
        return [.. ends.Where(e => e.Job is not null && ended.Contains(e.Run.Id)).Select(e => (new ClaimedRun(e.Run, e.Job!), e.End))];
    }

    /// <summary>Cancels open runs: at once those that wait, and by their consoles those that are under way.</summary>
    public static async Task CancelAsync(
        RegistryDbContext registry,
        Expression<Func<JobRun, bool>> which,
        string why,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        await registry
            .JobRuns.Where(which)
            .Where(r => r.Outcome == RunOutcome.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.IsCancelRequested, true).SetProperty(r => r.Message, why), cancel);
        await registry
            .JobRuns.Where(which)
            .Where(r => r.Outcome == RunOutcome.Queued)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(r => r.Outcome, RunOutcome.Cancelled).SetProperty(r => r.EndedAt, now).SetProperty(r => r.Message, why),
                cancel
            );
    }

    private static IQueryable<JobRun> Unanswered(RegistryDbContext registry, DateTimeOffset now) =>
        registry.JobRuns.Where(r => r.Outcome == RunOutcome.Running && (r.LeaseUntil == null || r.LeaseUntil < now));

    /// <summary>Ends those of the runs that are still under way and still its owner's, and begins anew what is tried again.</summary>
    /// <returns>Their ids.</returns>
    private static async Task<IReadOnlySet<int>> EndAsync(
        RegistryDbContext registry,
        IReadOnlyList<(JobRun Run, ScheduledJob? Job, RunResult End)> ends,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var written = (await WriteAsync(registry, ends, now, cancel)).ToDictionary(row => row.Id, row => row.JobId);
        var again = new List<JobRun>();
        foreach (var (run, job, result) in ends)
        {
            if (
                job is not null
                && written.GetValueOrDefault(run.Id) is not null
                && AgainAt(run, job, result.Ending.ToOutcome(), now) is { } notBefore
            )
            {
                again.Add(JobRuns.Again(run, now, notBefore));
            }
        }

        await JobRuns.AddAsync(registry, again, cancel);
        return written.Keys.ToHashSet();
    }

    private static Task<List<EndedRun>> WriteAsync(
        RegistryDbContext registry,
        IEnumerable<(JobRun Run, ScheduledJob? Job, RunResult End)> ends,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var rows = new JsonRows(
            registry,
            ("run", "int"),
            ("holder", "text"),
            ("word", "text"),
            ("said", "text"),
            ("why", "text"),
            ("took", "int"),
            ("ended", "timestamptz")
        );
        var values = ends.Select(e => new
        {
            run = e.Run.Id,
            holder = e.Run.Owner,
            word = EnumText<RunOutcome>.Of(e.End.Ending.ToOutcome()),
            said = e.End.Output,
            why = e.End.Message,
            took = e.Run.StartedAt is { } started ? (int?)Math.Clamp((now - started).TotalMilliseconds, 0, int.MaxValue) : null,
            ended = rows.Time(now),
        });

        // Found by their ids: an expression has no index.
        return rows.QueryAsync(
            """
            UPDATE job_runs SET outcome = word, ended_at = ended, output = said, milliseconds = took, message = CASE word WHEN 'cancelled' THEN COALESCE(message, why) ELSE why END
            FROM given WHERE id = run AND outcome || '' = 'running' AND COALESCE(owner, '') = COALESCE(holder, '')
            RETURNING id, job_id
            """,
            values,
            row => new EndedRun(row.GetInt32(0), row.IsDBNull(1) ? null : row.GetInt32(1)),
            cancel
        );
    }

    /// <summary>When it is tried again; null where it is not.</summary>
    private static DateTimeOffset? AgainAt(JobRun row, ScheduledJob job, RunOutcome outcome, DateTimeOffset now) =>
        outcome switch
        {
            RunOutcome.Lost when job.LostRuns == LostRunPolicy.RunAgain => now,
            RunOutcome.Failed or RunOutcome.TimedOut when row.Attempt <= job.Retries => now.AddSeconds(
                Math.Min(job.RetryAfterSeconds * Math.Pow(2, row.Attempt - 1), TimeSpan.FromDays(1).TotalSeconds)
            ),
            _ => null,
        };

    private sealed record EndedRun(int Id, int? JobId);
}

internal static class RunEndings
{
    /// <summary>As the row of a run says it.</summary>
    public static RunOutcome ToOutcome(this RunEnding ending) =>
        ending switch
        {
            RunEnding.Succeeded => RunOutcome.Succeeded,
            RunEnding.TimedOut => RunOutcome.TimedOut,
            RunEnding.Cancelled => RunOutcome.Cancelled,
            RunEnding.Abandoned => RunOutcome.Lost,
            _ => RunOutcome.Failed,
        };
}

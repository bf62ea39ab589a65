using System.Linq.Expressions;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>How a run ended.</summary>
internal sealed record RunEnd(RunOutcome Outcome, string Message, string? Output)
{
    /// <summary>Of what a run says, so many characters are kept.</summary>
    public const int MostOutput = 64 * 1024;

    /// <summary>Without what PostgreSQL does not take and programs may say: NULs, and halves of characters.</summary>
    public RunEnd Storable() => this with { Message = Whole(Message), Output = Output is null ? null : Whole(Output) };

    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}

/// <summary>A run that is under way here, and its job as it was when it was begun.</summary>
internal sealed record ClaimedRun(JobRun Run, ScheduledJob Job);

/// <summary>Writes how runs ended: only for whom they still belong to, and with what follows from it, in one commit.</summary>
internal sealed class RunEnds(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    /// <summary>Writes the ends of one console's runs.</summary>
    /// <returns>Those that were written; the others had been taken over by another console.</returns>
    public async Task<IReadOnlyList<(ClaimedRun Claimed, RunEnd End)>> WriteAsync(IReadOnlyList<(ClaimedRun Claimed, RunEnd End)> ends, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var transaction = await JobLocks.BeginAsync(registry, cancel);
        var owner = ends[0].Claimed.Run.Owner;
        var ids = ends.Select(e => e.Claimed.Run.Id).ToList();
        await JobLocks.RunsAsync(registry, ids, cancel);
        var rows = await registry.JobRuns.Where(r => ids.Contains(r.Id) && r.Outcome == RunOutcome.Running && r.Owner == owner).ToDictionaryAsync(r => r.Id, cancel);
        var now = clock.GetUtcNow();
        var written = ends.Where(e => rows.ContainsKey(e.Claimed.Run.Id)).ToList();
        foreach (var (claimed, end) in written)
        {
            End(registry, rows[claimed.Run.Id], claimed.Job, end, now);
        }

        await registry.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return written;
    }

    /// <summary>Ends the runs that nobody answers for any more, and begins them anew where their jobs want that.</summary>
    /// <returns>Those that were lost.</returns>
    public async Task<IReadOnlyList<(ClaimedRun Claimed, RunEnd End)>> TakeOverAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        if (!await Unanswered(registry, now).AnyAsync(cancel))
        {
            return [];
        }

        await using var transaction = await JobLocks.BeginAsync(registry, cancel);
        var free = await JobLocks.FreeRunsAsync(registry, await Unanswered(registry, now).Select(r => r.Id).ToListAsync(cancel), cancel);
        var lost = await Unanswered(registry, now).Where(r => free.Contains(r.Id)).ToListAsync(cancel);
        var ids = lost.ConvertAll(run => run.JobId);
        var jobs = await registry.ScheduledJobs.AsNoTracking().Where(j => ids.Contains(j.Id)).ToDictionaryAsync(j => j.Id, cancel);
        var ends = new List<(ClaimedRun, RunEnd)>();
        foreach (var run in lost)
        {
            var job = run.JobId is { } id ? jobs.GetValueOrDefault(id) : null;
            var end = new RunEnd(RunOutcome.Lost, $"The console that ran it stopped answering at {run.LeaseUntil:yyyy-MM-dd HH:mm:ss} UTC. How far it came is not known.", run.Output);
            End(registry, run, job, end, now);
            if (job is not null)
            {
                ends.Add((new(run, job), end));
            }
        }

        await registry.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return ends;
    }

    /// <summary>Cancels open runs: at once those that wait, and by their consoles those that are under way.</summary>
    public static async Task CancelAsync(RegistryDbContext registry, Expression<Func<JobRun, bool>> which, string why, DateTimeOffset now, CancellationToken cancel)
    {
        await registry.JobRuns.Where(which).Where(r => r.Outcome == RunOutcome.Running).ExecuteUpdateAsync(set => set.SetProperty(r => r.IsCancelRequested, true).SetProperty(r => r.Message, why), cancel);
        await registry.JobRuns.Where(which).Where(r => r.Outcome == RunOutcome.Queued).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Outcome, RunOutcome.Cancelled).SetProperty(r => r.EndedAt, now).SetProperty(r => r.Message, why), cancel);
    }

    private static IQueryable<JobRun> Unanswered(RegistryDbContext registry, DateTimeOffset now) =>
        registry.JobRuns.Where(r => r.Outcome == RunOutcome.Running && (r.LeaseUntil == null || r.LeaseUntil < now));

    private static void End(RegistryDbContext registry, JobRun row, ScheduledJob? job, RunEnd end, DateTimeOffset now)
    {
        (row.Outcome, row.EndedAt, row.Output) = (end.Outcome, now, end.Output);
        row.Message = end.Outcome == RunOutcome.Cancelled ? row.Message ?? end.Message : end.Message;
        row.Milliseconds = row.StartedAt is { } started ? (int)Math.Clamp((now - started).TotalMilliseconds, 0, int.MaxValue) : null;
        if (job is not null && row.JobId is not null && AgainAt(row, job, end.Outcome, now) is { } notBefore)
        {
            registry.Add(JobRuns.Again(row, now, notBefore));
        }
    }

    /// <summary>When it is tried again; null where it is not.</summary>
    private static DateTimeOffset? AgainAt(JobRun row, ScheduledJob job, RunOutcome outcome, DateTimeOffset now) => outcome switch
    {
        RunOutcome.Lost when job.LostRuns == LostRunPolicy.RunAgain => now,
        RunOutcome.Failed or RunOutcome.TimedOut when row.Attempt <= job.Retries =>
            now.AddSeconds(Math.Min(job.RetryAfterSeconds * Math.Pow(2, row.Attempt - 1), TimeSpan.FromDays(1).TotalSeconds)),
        _ => null,
    };
}

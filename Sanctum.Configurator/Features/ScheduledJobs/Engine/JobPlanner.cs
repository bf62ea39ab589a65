using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>
/// Turns times of schedules that have come into rows of <c>job_runs</c>: many jobs in one commit, each time once, however many consoles
/// share the registry. A console that is killed in between has done nothing; the next one, or the same, does it.
/// </summary>
internal sealed class JobPlanner(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    private const int MostJobs = 1000;

    /// <summary>Plans what is due.</summary>
    /// <returns>How many jobs were due, and the runs that were missed.</returns>
    public async Task<(int Jobs, IReadOnlyList<JobRun> Missed)> PlanAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        if (!await Due(registry, now).AnyAsync(cancel))
        {
            return (0, []);
        }

        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var ids = await Due(registry, now).OrderBy(j => j.NextRun).Select(j => j.Id).Take(MostJobs).ToListAsync(cancel);
        ids = await RowLocks.FreeAsync(registry, Tables.ScheduledJobs, ids, cancel);
        var jobs = await Due(registry, now).AsNoTracking().Where(j => ids.Contains(j.Id)).ToListAsync(cancel);
        var plans = jobs.ConvertAll(job => (Job: job, Plan: JobPlan.Of(job, now)));
        var added = await AddAsync(registry, plans, now, cancel);
        await SetNextAsync(registry, plans, cancel);
        await transaction.CommitAsync(cancel);
        await MarkBrokenAsync([.. plans.Where(p => p.Plan.Problem is not null).Select(p => p.Job.Id)], cancel);
        return (jobs.Count, added.FindAll(run => run.Outcome == RunOutcome.Missed));
    }

    /// <summary>
    /// Sets when each job is due next, where its schedule or the rules of its zone changed; what has come already is left to <see
    /// cref="PlanAsync"/>.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        foreach (var job in await Live(registry).Where(j => j.NextRun > now).ToListAsync(cancel))
        {
            // One that can't be read any more is found when it is due.
            job.NextRun = JobPlan.NextOf(job, now) ?? now;
        }

        await registry.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>When the next job is due, or the next try; null where none is.</summary>
    /// <param name="seen">When it was last looked which tries may begin: one whose time had come waits for room, or for another run's end,
    /// which wake by themselves.</param>
    public async Task<DateTimeOffset?> NextAsync(DateTimeOffset seen, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var jobs = await Live(registry).OrderBy(j => j.NextRun).Select(j => j.NextRun).FirstOrDefaultAsync(cancel);
        var tries = await registry
            .JobRuns.Where(r => r.Outcome == RunOutcome.Queued && r.NotBefore > seen)
            .OrderBy(r => r.NotBefore)
            .Select(r => r.NotBefore)
            .FirstOrDefaultAsync(cancel);
        return jobs is null || tries < jobs ? tries ?? jobs : jobs;
    }

    private static IQueryable<ScheduledJob> Live(RegistryDbContext registry) =>
        registry.ScheduledJobs.Where(j => j.IsEnabled && j.Status == JobStatus.Active);

    /// <summary>A row that another program added has no next run yet.</summary>
    private static IQueryable<ScheduledJob> Due(RegistryDbContext registry, DateTimeOffset now) =>
        Live(registry).Where(j => j.NextRun == null || j.NextRun <= now);

    private static async Task<List<JobRun>> AddAsync(
        RegistryDbContext registry,
        List<(ScheduledJob Job, JobPlan Plan)> plans,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var due = plans.FindAll(p => p.Plan.Runs.Count > 0);
        if (due.Count == 0)
        {
            return [];
        }

        var (ids, oldest) = (due.ConvertAll(p => (int?)p.Job.Id), due.Min(p => p.Plan.Runs[0].DueAt));

        // A clock that was set back makes times come twice.
        var known = (
            await registry
                .JobRuns.Where(r => ids.Contains(r.JobId) && r.DueAt >= oldest)
                .Select(r => new { r.JobId, r.DueAt })
                .ToListAsync(cancel)
        )
            .Select(r => (r.JobId, r.DueAt))
            .ToHashSet();
        var busy = await registry
            .JobRuns.Where(r => ids.Contains(r.JobId) && (r.Outcome == RunOutcome.Queued || r.Outcome == RunOutcome.Running))
            .Select(r => r.JobId)
            .Distinct()
            .ToListAsync(cancel);
        var added = new List<JobRun>();
        foreach (var (job, plan) in due)
        {
            var isBusy = busy.Contains(job.Id);
            added.AddRange(plan.Runs.Where(run => !known.Contains((job.Id, run.DueAt))).Select(run => RunOf(job, run, isBusy, now)));
        }

        var replaced = due.FindAll(p => p.Job.Overlap == OverlapPolicy.CancelOld && busy.Contains(p.Job.Id))
            .ConvertAll(p => (int?)p.Job.Id);
        await RunEnds.CancelAsync(registry, r => replaced.Contains(r.JobId), "Replaced by the next run.", now, cancel);
        await JobRuns.AddAsync(registry, added, cancel);
        return added;
    }

    private static async Task SetNextAsync(
        RegistryDbContext registry,
        IEnumerable<(ScheduledJob Job, JobPlan Plan)> plans,
        CancellationToken cancel
    )
    {
        var rows = new JsonRows(registry, ("job", "int"), ("next", "timestamptz"), ("why", "text"));
        await rows.ExecuteAsync(
            "UPDATE scheduled_jobs SET next_run = next, problem = why FROM given WHERE id = job",
            plans.Select(p => new
            {
                job = p.Job.Id,
                next = rows.Time(p.Plan.Next),
                why = p.Plan.Problem,
            }),
            cancel
        );
    }

    private static JobRun RunOf(ScheduledJob job, PlannedRun run, bool isBusy, DateTimeOffset now)
    {
        var isSkipped = run.Outcome == RunOutcome.Queued && isBusy && job.Overlap == OverlapPolicy.Skip;
        var outcome = isSkipped ? RunOutcome.Skipped : run.Outcome;
        return JobRuns.Of(job, outcome, now, run.DueAt, message: isSkipped ? "The previous run was still running." : run.Message);
    }

    /// <summary>Stands in the history, as everything that the operator would do himself.</summary>
    private async Task MarkBrokenAsync(IReadOnlyList<int> ids, CancellationToken cancel)
    {
        if (ids.Count == 0)
        {
            return;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        foreach (var job in await registry.ScheduledJobs.Where(j => ids.Contains(j.Id)).ToListAsync(cancel))
        {
            job.Status = JobStatus.Error;
        }

        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
    }
}

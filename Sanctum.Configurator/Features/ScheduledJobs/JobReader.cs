using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Reads jobs and what they can run.</summary>
public sealed class JobReader(
    IDbContextFactory<RegistryDbContext> registries,
    IEnumerable<IBuiltInTask> actions,
    ToolRuns tools,
    TimeProvider clock
)
{
    private const int MostMarks = 20;
    private const int MostMeasured = 1000;

    private static readonly Sorts<ScheduledJob> Sorts = new Sorts<ScheduledJob>("jobs", j => j.Id)
        .By("name", j => j.Name)
        .By("updated_at", j => j.UpdatedAt);

    /// <summary>The jobs, sorted by "name" or "updated_at". The search finds names, descriptions and schedules.</summary>
    public async Task<PageOf<JobRow>> PageAsync(JobFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var jobs = Matching(registry, filter, page.Search);
        var found = await Sorts.ReadAsync(jobs, page, cancel);
        return found.As(await RowsAsync(registry, found.Items, cancel));
    }

    /// <summary>The jobs that are due next, the earliest first.</summary>
    public async Task<IReadOnlyList<JobRow>> NextAsync(int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await RowsAsync(
            registry,
            await registry
                .ScheduledJobs.AsNoTracking()
                .Where(j => j.NextRun != null && j.IsEnabled && j.Status == JobStatus.Active)
                .OrderBy(j => j.NextRun)
                .ThenBy(j => j.Id)
                .Take(most)
                .ToListAsync(cancel),
            cancel
        );
    }

    public async Task<JobView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.ScheduledJobs.AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, cancel) is { } job
            ? new((await RowsAsync(registry, [job], cancel))[0], JobForm.Of(job), await StatisticsAsync(registry, id, cancel))
            : null;
    }

    /// <summary>Some of the agents whose names have the searched part, for a job to belong to.</summary>
    public async Task<IReadOnlyList<JobAgent>> AgentsAsync(string? search, int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agents = registry.Agents.AsNoTracking();
        if (search?.Trim().ToUpperInvariant() is { Length: > 0 } upper)
        {
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            agents = agents.Where(a => a.Name.ToUpper().Contains(upper));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return await agents.OrderBy(a => a.Name).ThenBy(a => a.Id).Take(most).Select(a => new JobAgent(a.Id, a.Name)).ToListAsync(cancel);
    }

    /// <summary>The agents that jobs belong to, by name.</summary>
    public async Task<IReadOnlyList<JobAgent>> OwnersAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry
            .Agents.AsNoTracking()
            .Where(a => registry.ScheduledJobs.Any(j => j.AgentId == a.Id))
            .OrderBy(a => a.Name)
            .ThenBy(a => a.Id)
            .Select(a => new JobAgent(a.Id, a.Name))
            .ToListAsync(cancel);
    }

    /// <summary>What a job can run: the acts of the console first, then tool instances by name.</summary>
    public async Task<IReadOnlyList<Runnable>> RunnablesAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var instances = await registry
            .ToolInstances.Join(
                registry.Tools,
                i => i.ToolId,
                t => t.Id,
                (instance, tool) =>
                    new
                    {
                        instance.Id,
                        instance.Name,
                        instance.AgentId,
                        Tool = tool.Name,
                    }
            )
            .OrderBy(i => i.Tool)
            .ThenBy(i => i.Name)
            .ThenBy(i => i.Id)
            .ToListAsync(cancel);
        return
        [
            .. actions
                .OrderBy(action => action.Name, StringComparer.Ordinal)
                .Select(action => new Runnable(null, action.Name, action.Description.TrimEnd('.'), action.Description, action.Schema)),
            .. instances.Select(i => new Runnable(i.Id, null, NameOf(i.Tool, i.Name), null)),
        ];
    }

    /// <summary>JSON Schema of what may be said anew to a tool instance; null where nothing may be.</summary>
    public async Task<string?> SchemaOfAsync(int instanceId, CancellationToken cancel) =>
        await tools.SchemaOfOverridesAsync(instanceId, cancel) is { } schema
        && schema["properties"] is System.Text.Json.Nodes.JsonObject { Count: > 0 }
            ? schema.ToJsonString()
            : null;

    internal async Task<IReadOnlyList<JobRow>> RowsAsync(
        RegistryDbContext registry,
        IReadOnlyList<ScheduledJob> jobs,
        CancellationToken cancel
    )
    {
        var instances = jobs.Select(j => j.ToolInstanceId).OfType<int>().Distinct().ToList();
        var names = await registry
            .ToolInstances.Where(i => instances.Contains(i.Id))
            .Join(
                registry.Tools,
                i => i.ToolId,
                t => t.Id,
                (instance, tool) =>
                    new
                    {
                        instance.Id,
                        instance.Name,
                        Tool = tool.Name,
                    }
            )
            .ToDictionaryAsync(i => i.Id, i => NameOf(i.Tool, i.Name), cancel);
        var agentIds = jobs.Select(j => j.AgentId).OfType<int>().Distinct().ToList();
        var agents = await registry.Agents.Where(a => agentIds.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Name, cancel);
        var rows = new List<JobRow>();
        foreach (var job in jobs)
        {
            var recent = await registry
                .JobRuns.AsNoTracking()
                .Where(r => r.JobId == job.Id && r.StartedAt != null)
                .OrderByDescending(r => r.Id)
                .Take(MostMarks)
                .Select(r => new
                {
                    r.Id,
                    r.Outcome,
                    r.Milliseconds,
                    r.Message,
                })
                .ToListAsync(cancel);
            var last = recent.Count > 0 ? recent[0] : null;
            var runs = job.ToolInstanceId is { } instance
                ? names.GetValueOrDefault(instance, $"tool instance {instance}")
                : actions.FirstOrDefault(action => action.Name == job.Action)?.Description.TrimEnd('.') ?? job.Action ?? "nothing";
            rows.Add(
                new(
                    job.Id,
                    job.Name,
                    job.Description,
                    job.CronExpression,
                    job.TimeZone,
                    JobRow.SentenceOf(job),
                    job.ToolInstanceId,
                    job.Action,
                    runs,
                    job.AgentId,
                    job.AgentId is { } agent ? agents.GetValueOrDefault(agent) : null,
                    JobRow.StateOf(job, last?.Outcome, clock.GetUtcNow()),
                    job.Problem,
                    job.LastRun,
                    last?.Outcome,
                    last?.Message,
                    job.IsEnabled && job.Status == JobStatus.Active ? job.NextRun : null,
                    job.PausedUntil,
                    job.IsEnabled,
                    [.. recent.AsEnumerable().Reverse().Select(r => new RunMark(r.Id, r.Outcome, r.Milliseconds))],
                    job.CreatedAt,
                    job.UpdatedAt,
                    job.Version
                )
            );
        }

        return rows;
    }

    private IQueryable<ScheduledJob> Matching(RegistryDbContext registry, JobFilter filter, string? search)
    {
        var (jobs, now) = (registry.ScheduledJobs.AsNoTracking(), clock.GetUtcNow());
        if (filter.AgentId is { } agent)
        {
            jobs = jobs.Where(j => j.AgentId == agent);
        }

        if (search?.Trim().ToUpperInvariant() is { Length: > 0 } upper)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            jobs = jobs.Where(j =>
                j.Name.ToUpper().Contains(upper) || j.Description!.ToUpper().Contains(upper) || j.CronExpression.ToUpper().Contains(upper)
            );
#pragma warning restore CA1304, CA1311, CA1862
        }

        return filter.State is { } state ? InState(registry, jobs, state, now) : jobs;
    }

    private static IQueryable<ScheduledJob> InState(
        RegistryDbContext registry,
        IQueryable<ScheduledJob> jobs,
        JobState state,
        DateTimeOffset now
    )
    {
        var going = jobs.Where(j => j.IsEnabled && j.Status == JobStatus.Active && !(j.PausedUntil > now));
        var began = registry.JobRuns.Where(r => r.StartedAt != null);
        return state switch
        {
            JobState.Disabled => jobs.Where(j => !j.IsEnabled),
            JobState.Broken => jobs.Where(j => j.IsEnabled && j.Status == JobStatus.Error),
            JobState.Paused => jobs.Where(j =>
                j.IsEnabled && (j.Status == JobStatus.Paused || (j.Status == JobStatus.Active && j.PausedUntil > now))
            ),
            JobState.Running => going.Where(j =>
                began.Where(r => r.JobId == j.Id).OrderByDescending(r => r.Id).Select(r => r.Outcome).FirstOrDefault() == RunOutcome.Running
            ),
            JobState.Failing => going.Where(j =>
                Bad.Contains(began.Where(r => r.JobId == j.Id).OrderByDescending(r => r.Id).Select(r => r.Outcome).FirstOrDefault())
            ),
            _ => going.Where(j =>
                !NotOk.Contains(began.Where(r => r.JobId == j.Id).OrderByDescending(r => r.Id).Select(r => r.Outcome).FirstOrDefault())
            ),
        };
    }

    private static readonly RunOutcome[] Bad = [RunOutcome.Failed, RunOutcome.TimedOut, RunOutcome.Lost];

    private static readonly RunOutcome[] NotOk = [RunOutcome.Running, .. Bad];

    private static async Task<JobStatistics> StatisticsAsync(RegistryDbContext registry, int id, CancellationToken cancel)
    {
        var counts = await registry
            .JobRuns.Where(r => r.JobId == id)
            .GroupBy(r => r.Outcome)
            .Select(g => new { Outcome = g.Key, Runs = g.Count() })
            .ToDictionaryAsync(g => g.Outcome, g => g.Runs, cancel);
        int Of(params ReadOnlySpan<RunOutcome> outcomes)
        {
            var sum = 0;
            foreach (var outcome in outcomes)
            {
                sum += counts.GetValueOrDefault(outcome);
            }

            return sum;
        }

        var times = await registry
            .JobRuns.Where(r => r.JobId == id && r.Outcome == RunOutcome.Succeeded && r.Milliseconds != null)
            .OrderByDescending(r => r.Id)
            .Take(MostMeasured)
            .Select(r => r.Milliseconds!.Value)
            .ToListAsync(cancel);
        times.Sort();
        var (good, failed) = (Of(RunOutcome.Succeeded), Of(RunOutcome.Failed, RunOutcome.TimedOut, RunOutcome.Lost));
        return new(
            good + failed + Of(RunOutcome.Cancelled, RunOutcome.Running),
            failed,
            Of(RunOutcome.Missed),
            good + failed == 0 ? null : 100.0 * good / (good + failed),
            times.Count == 0 ? null : times[times.Count / 2],
            times.Count == 0 ? null : times[(int)(times.Count * 0.95)]
        );
    }

    private static string NameOf(string tool, string instance) => tool == instance ? tool : $"{tool} · {instance}";
}

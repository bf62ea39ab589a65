using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>The jobs on the Overview: the next run, and those that did not go well.</summary>
internal sealed class JobsArea(
    IDbContextFactory<RegistryDbContext> registries,
    JobReader jobs,
    Signal<RunsChanged> runs,
    TimeProvider clock
) : IOverviewArea
{
    /// <summary>Of more jobs that fail it is said once.</summary>
    private const int MostNamed = 3;

    private const int MostMarks = 40;

    /// <summary>Failed runs of a day that are counted.</summary>
    private const int MostFailed = 100;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly AttentionAct OpenFailedRuns = new("Open the failed runs", Policies.ReadRegistry)
    {
        Url = Urls.FailedRuns,
        Api = "GET /api/runs?outcome=failed",
    };
    private static readonly AttentionAct OpenBrokenJobs = new("Open the jobs", Policies.ReadRegistry)
    {
        Url = Urls.BrokenJobs,
        Api = "GET /api/jobs?state=broken",
    };
    private static readonly RunOutcome[] Bad = [RunOutcome.Failed, RunOutcome.TimedOut, RunOutcome.Lost];

    public string Title => "Scheduled Jobs";

    public string Url => Urls.ScheduledJobs;

    public string Icon => "clock";

    public int Order => 30;

    public string Policy => Policies.ReadRegistry;

    public IReadOnlyCollection<string>? Follows => [Tables.ScheduledJobs];

    public IDisposable Subscribe(Action changed) => runs.Subscribe(_ => changed());

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var next = (await jobs.NextAsync(1, cancel)) is [var first] ? first : null;
        var failing = await jobs.PageAsync(new(State: JobState.Failing), new(0, MostNamed), cancel);
        var broken = await jobs.PageAsync(new(State: JobState.Broken), new(0, MostNamed), cancel);
        return new()
        {
            Tile = await TileAsync(next, failing.Total + broken.Total > 0, cancel),
            Attention = [.. FailingOf(failing), .. BrokenOf(broken)],
        };
    }

    private async Task<OverviewTile> TileAsync(JobRow? next, bool isFailing, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var recent = await registry
            .JobRuns.Where(r => r.StartedAt != null)
            .OrderByDescending(r => r.Id)
            .Take(MostMarks)
            .Select(r => new { r.Outcome, r.Milliseconds })
            .ToListAsync(cancel);
        var failed = await CountFailedAsync(registry, cancel);
        var caption = failed == 0 ? "No run failed in 24 hours" : $"{Counts.Of(failed, "run")} failed in 24 hours";
        var (figure, line) = next is null ? ("None due", caption) : (null, $"{next.Name}. {caption}");
        return new("Next run", figure, line, ToneOf(isFailing, failed))
        {
            At = next?.NextRun,
            IsToCome = true,
            Picture = new BarsPicture(
                $"The newest runs: {recent.Count(r => Bad.Contains(r.Outcome))} of {recent.Count} failed",
                [.. recent.AsEnumerable().Reverse().Select(r => new SmallBar(HeightOf(r.Milliseconds), JobLabels.ToneOf(r.Outcome)))]
            ),
        };
    }

    private static Tone ToneOf(bool isFailing, int failed) =>
        isFailing ? Tone.Bad
        : failed > 0 ? Tone.Warning
        : Tone.Good;

    /// <summary>Of a run of hours beside those of a moment, these must still be seen.</summary>
    private static double HeightOf(int? milliseconds) => Math.Sqrt(Math.Max(1, milliseconds ?? 1));

    /// <summary>By their ids, as the index has them: the newest that failed are looked at, not all runs of the day.</summary>
    private async Task<int> CountFailedAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var (since, failed) = (clock.GetUtcNow() - Day, 0);
        foreach (var outcome in Bad)
        {
            var newest = await registry
                .JobRuns.Where(r => r.Outcome == outcome)
                .OrderByDescending(r => r.Id)
                .Take(MostFailed)
                .Select(r => r.EndedAt ?? r.QueuedAt)
                .ToListAsync(cancel);
            failed += newest.Count(at => at >= since);
        }

        return failed;
    }

    private static IEnumerable<Attention> FailingOf(PageOf<JobRow> failing) =>
        failing.Total > MostNamed
            ? [Together(failing, "are failing", OpenFailedRuns)]
            : failing.Items.Select(job => new Attention(Tone.Bad, $"{job.Name} {WordOf(job.LastOutcome)}", job.LastMessage)
            {
                Act = new("Open the failed run", Policies.ReadRegistry)
                {
                    Url = job.Recent is [.., var last] ? Urls.JobRun(job.Id, last.Id) : Urls.ScheduledJob(job.Id),
                    Api = $"GET /api/jobs/{job.Id}/runs",
                },
            });

    private static IEnumerable<Attention> BrokenOf(PageOf<JobRow> broken) =>
        broken.Total > MostNamed
            ? [Together(broken, "can't be scheduled", OpenBrokenJobs)]
            : broken.Items.Select(job => new Attention(Tone.Bad, $"{job.Name} can't be scheduled", job.Problem)
            {
                Act = new("Open the job", Policies.ReadRegistry) { Url = Urls.ScheduledJob(job.Id), Api = $"GET /api/jobs/{job.Id}" },
            });

    private static Attention Together(PageOf<JobRow> jobs, string what, AttentionAct act)
    {
        var detail = $"{string.Join(", ", jobs.Items.Select(job => job.Name))} and {jobs.Total - jobs.Items.Count} more.";
        return new(Tone.Bad, $"{Counts.Of(jobs.Total, "job")} {what}", detail) { Act = act };
    }

    private static string WordOf(RunOutcome? outcome) =>
        outcome switch
        {
            RunOutcome.TimedOut => "timed out",
            RunOutcome.Lost => "was abandoned",
            _ => "failed",
        };
}

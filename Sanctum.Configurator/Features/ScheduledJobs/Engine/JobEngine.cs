using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>Runs jobs on time.</summary>
internal sealed class JobEngine(
    IServiceScopeFactory scopes,
    RunExecutor executor,
    LiveRuns live,
    Signal<RunsChanged> runs,
    Signal<RegistryChange> registry,
    IOptions<JobOptions> options,
    TimeProvider clock,
    ILogger<JobEngine> log
) : LeasedEngine<ClaimedRun, RunResult>(scopes, live, clock, log)
{
    /// <summary>What the operator is still to be told, in order.</summary>
    private readonly Channel<Func<JobNotices, CancellationToken, Task>> _untold = Channel.CreateUnbounded<
        Func<JobNotices, CancellationToken, Task>
    >();

    /// <summary>When it was last looked what is due.</summary>
    private DateTimeOffset _planned;

    protected override int MostAtOnce => options.Value.MostAtOnce;

    protected override int IdOf(ClaimedRun claimed) => claimed.Run.Id;

    protected override Task<IReadOnlyList<ClaimedRun>> TakeAsync(IServiceProvider services, int most, CancellationToken cancel) =>
        services.GetRequiredService<RunLeases>().TakeAsync(most, cancel);

    protected override async Task<RunResult> WorkAsync(ClaimedRun claimed, LiveRun run) =>
        (await executor.RunAsync(claimed, run)).Storable();

    protected override Task<IReadOnlyList<(ClaimedRun Claimed, RunResult End)>> WriteAsync(
        IServiceProvider services,
        IReadOnlyList<(ClaimedRun Claimed, RunResult End)> ends,
        CancellationToken cancel
    ) => services.GetRequiredService<RunEnds>().WriteAsync(ends, cancel);

    protected override Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
        IServiceProvider services,
        IReadOnlyCollection<int> ids,
        CancellationToken cancel
    ) => services.GetRequiredService<RunLeases>().AnswerAsync(ids, cancel);

    protected override async Task<bool> TakeOverAsync(IServiceProvider services, CancellationToken cancel)
    {
        var lost = await services.GetRequiredService<RunEnds>().TakeOverAsync(cancel);
        if (lost.Count > 0)
        {
            OnEnded(lost);
        }

        return lost.Count > 0;
    }

    protected override Task<DateTimeOffset?> NextAsync(IServiceProvider services, DateTimeOffset seen, CancellationToken cancel) =>
        services.GetRequiredService<JobPlanner>().NextAsync(seen, cancel);

    protected override async Task<bool> PlanAsync(IServiceProvider services, CancellationToken cancel)
    {
        var planner = services.GetRequiredService<JobPlanner>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (now + JobPlan.Grace < _planned)
        {
            // The clock was set back. The times that it had come to would be waited for, for years where it was that wrong.
            await planner.RefreshAsync(cancel);
        }

        _planned = now;
        var (due, missed) = await planner.PlanAsync(cancel);
        Tell((notices, token) => notices.MissedAsync(missed, token));
        return due > 0;
    }

    protected override async Task PrepareAsync(CancellationToken cancel)
    {
        await InScopeAsync<DefaultSchedules>(own => own.AddMissingAsync(cancel));
        await InScopeAsync<JobPlanner>(planner => planner.RefreshAsync(cancel));
    }

    protected override IDisposable Subscribe(CancellationToken stopping) =>
        new Subscriptions(
            registry.Subscribe(change => RefreshAsync(change, stopping)),
            runs.Subscribe(change =>
            {
                if (change.IsWork)
                {
                    Wake();
                }
            })
        );

    protected override Task AccompanyAsync(CancellationToken stopping) => LoopAsync(TellAllAsync, stopping);

    protected override Task FinishAsync() => TellAsync(CancellationToken.None);

    protected override void OnBegun(IReadOnlyList<ClaimedRun> begun)
    {
        runs.Publish(new(IsWork: false));
        Tell((notices, token) => notices.BegunAsync(begun, token));
    }

    protected override void OnEnded(IReadOnlyList<(ClaimedRun Claimed, RunResult End)> written)
    {
        runs.Publish(new());
        Tell((notices, token) => notices.EndedAsync(written, token));
    }

    /// <summary>Tells what there is to tell; what fails stays, and is told with the next call.</summary>
    internal async Task TellAsync(CancellationToken cancel)
    {
        while (_untold.Reader.TryPeek(out var tell))
        {
            await InScopeAsync<JobNotices>(notices => tell(notices, cancel));
            _untold.Reader.TryRead(out _);
        }
    }

    private void Tell(Func<JobNotices, CancellationToken, Task> tell) => _untold.Writer.TryWrite(tell);

    private async Task TellAllAsync(CancellationToken cancel)
    {
        while (await _untold.Reader.WaitToReadAsync(cancel))
        {
            await TellAsync(cancel);
        }
    }

    private async Task RefreshAsync(RegistryChange change, CancellationToken cancel)
    {
        if (change.Tables.Contains("scheduled_jobs"))
        {
            await InScopeAsync<JobPlanner>(planner => planner.RefreshAsync(cancel));
            runs.Publish(new());
        }
    }
}

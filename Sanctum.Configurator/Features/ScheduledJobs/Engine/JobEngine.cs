using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>
/// Runs jobs on time: it sleeps until the next one is due, or until somebody wakes it, plans what is due, takes what waits and writes how
/// it
/// ended. Everything that counts is in the registry; what is lost with the process is found there by the next.
/// </summary>
internal sealed partial class JobEngine(
    IServiceScopeFactory scopes,
    RunExecutor executor,
    LiveRuns live,
    Signal<RunsChanged> runs,
    Signal<RegistryChange> registry,
    IOptions<JobOptions> options,
    TimeProvider clock,
    ILogger<JobEngine> log
) : BackgroundService
{
    /// <summary>How often it looks for what other consoles, or programs that go round the history, have put there.</summary>
    internal static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>What ends, or is asked for, together is written and begun together, in one commit.</summary>
    private static readonly TimeSpan BatchDelay = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Ends in one commit.</summary>
    private const int MostEnds = 1000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<(ClaimedRun Claimed, RunResult End)> _toWrite = [];

    /// <summary>Runs that have ended, and whose end is not in the registry yet.</summary>
    private readonly ConcurrentDictionary<int, bool> _unwritten = new();
    private readonly Channel<(ClaimedRun Claimed, RunResult End)> _ended = Channel.CreateUnbounded<(ClaimedRun, RunResult)>(
        new() { SingleReader = true }
    );

    /// <summary>What the operator is still to be told, in order.</summary>
    private readonly Channel<Func<JobNotices, CancellationToken, Task>> _untold = Channel.CreateUnbounded<
        Func<JobNotices, CancellationToken, Task>
    >();

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The console answers people first.
            await Task.Delay(Look, clock, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        using var changes = registry.Subscribe(change => RefreshAsync(change, stoppingToken));
        using var work = runs.Subscribe(change =>
        {
            if (change.IsWork)
            {
                Wake();
            }
        });
        var writing = WriteEndsAsync();
        await Task.WhenAll(
            LoopAsync(FollowSchedulesAsync, stoppingToken),
            AnswerAsync(stoppingToken),
            LoopAsync(TellAllAsync, stoppingToken)
        );

        // What runs is told to stop, and its end is written and told, before the console is gone.
        live.CancelAll(RunStop.ConsoleStopped);
        await live.WhenEndedAsync();
        _ended.Writer.Complete();
        await writing;
        try
        {
            await TellAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    /// <summary>One round: plans what is due and begins what may begin.</summary>
    internal async Task TickAsync(CancellationToken cancel)
    {
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var (due, missed) = await InTurnAsync(() => scope.ServiceProvider.GetRequiredService<JobPlanner>().PlanAsync(cancel));
            Tell((notices, token) => notices.MissedAsync(missed, token));
            var begun = await InTurnAsync(() =>
                scope.ServiceProvider.GetRequiredService<RunLeases>().TakeAsync(options.Value.MostAtOnce - live.Count, cancel)
            );
            foreach (var claimed in begun)
            {
                _ = RunAsync(claimed);
            }

            if (due == 0 && begun.Count == 0)
            {
                return;
            }

            runs.Publish(new(IsWork: false));
            Tell((notices, token) => notices.BegunAsync(begun, token));
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task FollowSchedulesAsync(CancellationToken cancel)
    {
        await InScopeAsync<DefaultSchedules>(own => own.AddMissingAsync(cancel));
        await InScopeAsync<JobPlanner>(planner => planner.RefreshAsync(cancel));
        while (true)
        {
            var begun = clock.GetUtcNow();
            await TickAsync(cancel);
            DateTimeOffset? next = null;
            if (live.Count < options.Value.MostAtOnce)
            {
                await InScopeAsync<JobPlanner>(async planner => next = await planner.NextAsync(begun, cancel));
            }

            await SleepAsync(next, cancel);
        }
    }

    /// <summary>Until the time has come, somebody wakes it, or it looks by itself.</summary>
    private async Task SleepAsync(DateTimeOffset? until, CancellationToken cancel)
    {
        var left = until is { } time ? time - clock.GetUtcNow() : Look;
        if (left <= TimeSpan.Zero)
        {
            return;
        }

        using var awake = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var (woken, late) = (_wake.Reader.ReadAsync(awake.Token).AsTask(), Task.Delay(left < Look ? left : Look, clock, awake.Token));
        await Task.WhenAny(woken, late);
        await awake.CancelAsync();
        if (woken.IsCompletedSuccessfully)
        {
            await Task.Delay(BatchDelay, clock, cancel);
        }

        cancel.ThrowIfCancellationRequested();
    }

    private async Task RunAsync(ClaimedRun claimed)
    {
        var run = live.Begin(claimed.Run.Id);
        try
        {
            var result = (await executor.RunAsync(claimed, run)).Storable();
            if (run.Why != RunStop.TakenOver)
            {
                _unwritten[claimed.Run.Id] = true;
                _ended.Writer.TryWrite((claimed, result));
            }
        }
        finally
        {
            live.End(claimed.Run.Id);
            Wake();
        }
    }

    /// <summary>
    /// Many ends in one commit; what can't be written is tried again until it can, or until another console has taken it over.
    /// </summary>
    private async Task WriteEndsAsync()
    {
        while (_toWrite.Count > 0 || await _ended.Reader.WaitToReadAsync())
        {
            try
            {
                await Task.Delay(BatchDelay, clock);
                await WriteEndedAsync(CancellationToken.None);
            }
            catch (Exception e)
            {
                LogFailed(e);
                await Task.Delay(AfterFailure, clock);
            }
        }
    }

    /// <summary>Writes the ends that there are.</summary>
    internal async Task WriteEndedAsync(CancellationToken cancel)
    {
        while (true)
        {
            while (_toWrite.Count < MostEnds && _ended.Reader.TryRead(out var ended))
            {
                _toWrite.Add(ended);
            }

            if (_toWrite.Count == 0)
            {
                return;
            }

            await using var scope = scopes.CreateAsyncScope();
            var written = await InTurnAsync(() => scope.ServiceProvider.GetRequiredService<RunEnds>().WriteAsync(_toWrite, cancel));
            foreach (var (claimed, _) in _toWrite.Except(written))
            {
                LogTakenOver(claimed.Run.Id);
            }

            _toWrite.ForEach(ended => _unwritten.TryRemove(ended.Claimed.Run.Id, out _));
            _toWrite.Clear();
            runs.Publish(new());
            Tell((notices, token) => notices.EndedAsync(written, token));
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

    /// <summary>Tells what there is to tell; what fails stays, and is told with the next call.</summary>
    internal async Task TellAsync(CancellationToken cancel)
    {
        while (_untold.Reader.TryPeek(out var tell))
        {
            await InScopeAsync<JobNotices>(notices => tell(notices, cancel));
            _untold.Reader.TryRead(out _);
        }
    }

    /// <summary>Says that it is there, hears what is to be ended, and ends what was taken from it.</summary>
    internal async Task AnswerOnceAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var running = live.Ids;
        int[] taken = [.. running, .. _unwritten.Keys];
        if (taken.Length > 0)
        {
            var (own, toCancel) = await InTurnAsync(() => scope.ServiceProvider.GetRequiredService<RunLeases>().AnswerAsync(taken, cancel));
            foreach (var id in toCancel)
            {
                live.Cancel(id, RunStop.Asked);
            }

            foreach (var id in running.Where(id => !own.Contains(id) && live.OutputOf(id) is not null))
            {
                live.Cancel(id, RunStop.TakenOver);
            }
        }

        if (await scope.ServiceProvider.GetRequiredService<RunEnds>().TakeOverAsync(cancel) is { Count: > 0 } lost)
        {
            Tell((notices, token) => notices.EndedAsync(lost, token));
            runs.Publish(new());
        }
    }

    private Task AnswerAsync(CancellationToken stoppingToken) =>
        LoopAsync(
            async cancel =>
            {
                using var timer = new PeriodicTimer(Look, clock);
                do
                {
                    await AnswerOnceAsync(cancel);
                } while (await timer.WaitForNextTickAsync(cancel));
            },
            stoppingToken
        );

    private async Task RefreshAsync(RegistryChange change, CancellationToken cancel)
    {
        if (change.Tables.Contains("scheduled_jobs"))
        {
            await InScopeAsync<JobPlanner>(planner => planner.RefreshAsync(cancel));
            runs.Publish(new());
        }
    }

    /// <summary>One at a time writes: SQLite would let the second wait in naps that are longer than any of these takes.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> write)
    {
        await _turn.WaitAsync();
        try
        {
            return await write();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task InScopeAsync<TService>(Func<TService, Task> act)
        where TService : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    private async Task LoopAsync(Func<CancellationToken, Task> act, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await act(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
                await Task.Delay(AfterFailure, clock, cancel).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The scheduled jobs could not be processed; retrying")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} was taken over by another console; its result here was discarded")]
    private partial void LogTakenOver(int runId);
}

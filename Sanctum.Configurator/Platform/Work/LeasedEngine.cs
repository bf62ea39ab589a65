using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Sanctum.Configurator.Platform.Work;

/// <summary>
/// Works off what waits in a table, on one of several consoles: it sleeps until something is due, or until somebody wakes it, takes what
/// may begin under a lease, and writes how it ended. Everything that counts is in the table; what is lost with the process is found there
/// by the next.
/// </summary>
/// <typeparam name="TClaimed">One that was taken.</typeparam>
/// <typeparam name="TEnd">How it ended.</typeparam>
public abstract partial class LeasedEngine<TClaimed, TEnd>(IServiceScopeFactory scopes, LiveWork live, TimeProvider clock, ILogger log)
    : BackgroundService
{
    /// <summary>How often it looks for what other consoles, or programs that go round them, have put there.</summary>
    internal static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Ends in one commit.</summary>
    private const int MostEnds = 1000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<(TClaimed Claimed, TEnd End)> _toWrite = [];

    /// <summary>What has ended, and whose end is not in the table yet.</summary>
    private readonly ConcurrentDictionary<int, bool> _unwritten = new();
    private readonly Channel<(TClaimed Claimed, TEnd End)> _ended = Channel.CreateUnbounded<(TClaimed, TEnd)>(
        new() { SingleReader = true }
    );
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>How many this console has under way at a time.</summary>
    protected abstract int MostAtOnce { get; }

    /// <summary>What it writes goes into the same commits, and need not wait for one another here.</summary>
    protected virtual bool SharesCommits => false;

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract int IdOf(TClaimed claimed);

    /// <summary>Takes what waits and may begin, the oldest first.</summary>
    protected abstract Task<IReadOnlyList<TClaimed>> TakeAsync(IServiceProvider services, int most, CancellationToken cancel);

    /// <summary>Does it, and comes back within its time. It does not throw.</summary>
    protected abstract Task<TEnd> WorkAsync(TClaimed claimed, LiveRun run);

    /// <summary>Writes ends of what is still this console's.</summary>
    /// <returns>Those that were written; the others had been taken over by another console.</returns>
    protected abstract Task<IReadOnlyList<(TClaimed Claimed, TEnd End)>> WriteAsync(
        IServiceProvider services,
        IReadOnlyList<(TClaimed Claimed, TEnd End)> ends,
        CancellationToken cancel
    );

    /// <summary>Renews the leases of what this console took.</summary>
    /// <returns>What is still its own, and what of it somebody wants to end.</returns>
    protected abstract Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
        IServiceProvider services,
        IReadOnlyCollection<int> ids,
        CancellationToken cancel
    );

    /// <summary>Ends what nobody answers for any more.</summary>
    /// <returns>Whether there was any.</returns>
    protected abstract Task<bool> TakeOverAsync(IServiceProvider services, CancellationToken cancel);

    /// <summary>When something is due next; null where nothing is.</summary>
    /// <param name="seen">When it was last looked what may begin: what was due then waits for room, or for another's end, which wake.</param>
    protected abstract Task<DateTimeOffset?> NextAsync(IServiceProvider services, DateTimeOffset seen, CancellationToken cancel);

    /// <summary>Hears of what there is to do, until it is disposed.</summary>
    protected abstract IDisposable Subscribe(CancellationToken stopping);

    /// <summary>Puts into the table what the time has come for.</summary>
    /// <returns>Whether there was any.</returns>
    protected virtual Task<bool> PlanAsync(IServiceProvider services, CancellationToken cancel) => Task.FromResult(false);

    /// <summary>Before its first round.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>What else goes on for as long as it does.</summary>
    protected virtual Task AccompanyAsync(CancellationToken stopping) => Task.CompletedTask;

    /// <summary>After all ends were written, before the console is gone.</summary>
    protected virtual Task FinishAsync() => Task.CompletedTask;

    protected virtual void OnBegun(IReadOnlyList<TClaimed> begun) { }

    protected virtual void OnEnded(IReadOnlyList<(TClaimed Claimed, TEnd End)> written) { }

    /// <summary>There may be something to begin.</summary>
    protected void Wake() => _wake.Writer.TryWrite(true);

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

        using var heard = Subscribe(stoppingToken);
        var writing = WriteEndsAsync();
        await Task.WhenAll(LoopAsync(FollowAsync, stoppingToken), AnswerAsync(stoppingToken), AccompanyAsync(stoppingToken));

        // What runs is told to stop, and its end is written and told, before the console is gone.
        live.CancelAll(RunStop.ConsoleStopped);
        await live.WhenEndedAsync();
        _ended.Writer.Complete();
        await writing;
        try
        {
            await FinishAsync();
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
            var planned = await InTurnAsync(() => PlanAsync(scope.ServiceProvider, cancel));
            var begun = await InTurnAsync(() => TakeAsync(scope.ServiceProvider, MostAtOnce - live.Count, cancel));
            foreach (var claimed in begun)
            {
                _ = RunAsync(claimed);
            }

            if (!planned && begun.Count == 0)
            {
                return;
            }

            OnBegun(begun);
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        await PrepareAsync(cancel);
        while (true)
        {
            var begun = clock.GetUtcNow();
            await TickAsync(cancel);
            DateTimeOffset? next = null;
            if (live.Count < MostAtOnce)
            {
                await using var scope = scopes.CreateAsyncScope();
                next = await NextAsync(scope.ServiceProvider, begun, cancel);
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
        cancel.ThrowIfCancellationRequested();
    }

    private async Task RunAsync(TClaimed claimed)
    {
        var id = IdOf(claimed);
        var run = live.Begin(id);
        try
        {
            var end = await WorkAsync(claimed, run);
            if (run.Why != RunStop.TakenOver)
            {
                _unwritten[id] = true;
                _ended.Writer.TryWrite((claimed, end));
            }
        }
        finally
        {
            live.End(id);
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
                // What ended at the same moment is written together, what ends meanwhile with the next.
                await Task.Yield();
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
            var written = await InTurnAsync(() => WriteAsync(scope.ServiceProvider, _toWrite, cancel));
            foreach (var (claimed, _) in _toWrite.Except(written))
            {
                LogTakenOver(IdOf(claimed));
            }

            _toWrite.ForEach(ended => _unwritten.TryRemove(IdOf(ended.Claimed), out _));
            _toWrite.Clear();
            OnEnded(written);
            Wake();
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
            var (own, toCancel) = await InTurnAsync(() => RenewAsync(scope.ServiceProvider, taken, cancel));
            foreach (var id in toCancel)
            {
                live.Cancel(id, RunStop.Asked);
            }

            foreach (var id in running.Where(id => !own.Contains(id) && live.OutputOf(id) is not null))
            {
                live.Cancel(id, RunStop.TakenOver);
            }
        }

        if (await TakeOverAsync(scope.ServiceProvider, cancel))
        {
            Wake();
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

    /// <summary>One at a time writes: SQLite would let the second wait in naps that are longer than any of these takes.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> write)
    {
        if (SharesCommits)
        {
            return await write();
        }

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

    protected async Task InScopeAsync<TService>(Func<TService, Task> act)
        where TService : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Again and again, however often it fails.</summary>
    protected async Task LoopAsync(Func<CancellationToken, Task> act, CancellationToken cancel)
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

    private void LogFailed(Exception exception) => LogFailed(log, exception, GetType().Name);

    private void LogTakenOver(int id) => LogTakenOver(log, GetType().Name, id);

    [LoggerMessage(LogLevel.Error, "What waits could not be processed by {Engine}; retrying")]
    private static partial void LogFailed(ILogger log, Exception exception, string engine);

    [LoggerMessage(LogLevel.Warning, "Number {Id} of {Engine} was taken over by another console; its result here was discarded")]
    private static partial void LogTakenOver(ILogger log, string engine, int id);
}

using System.Threading.Channels;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Registry.Data.Postgres;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>
/// Tests the saved Letta server at the interval of the settings and, when these change, at once. One console of those that share a
/// database does so. Whatever goes wrong with one check, the next one comes.
/// </summary>
internal sealed partial class LettaMonitorWorker(
    IServiceScopeFactory scopes,
    MonitoredProbe probe,
    MonitorTurn turn,
    LettaState state,
    Signal<RegistryChange> feed,
    TimeProvider clock,
    ILogger<LettaMonitorWorker> log
) : BackgroundService
{
    /// <summary>Who made its checks.</summary>
    public const string Name = "monitor";

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private LettaTarget? _tested;
    private DateTimeOffset _testedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(change =>
        {
            if (change.Tables.Contains("system_config"))
            {
                _changes.Writer.TryWrite(true);
            }
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = Again;
            try
            {
                rest = await WatchAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }

            await RestAsync(rest, stoppingToken);
        }
    }

    /// <summary>Tests if it is time to.</summary>
    /// <returns>How long there is nothing to do, unless the settings change.</returns>
    internal async Task<TimeSpan> WatchAsync(CancellationToken cancel)
    {
        if (!await turn.HoldAsync(cancel))
        {
            _tested = null;
            return Again;
        }

        var saved = await InScopeAsync<LettaTargets, SavedServer>(targets => targets.SavedAsync(cancel));
        if (!saved.IsWatched || saved.Target is not { } target)
        {
            _tested = null;
            await RefreshAsync(cancel);
            return Idle;
        }

        // Where the clock was set back, the last test would be to come.
        var now = clock.GetUtcNow();
        if (_tested != target || _testedAt + saved.Every <= now || _testedAt > now)
        {
            (_tested, _testedAt) = (target, clock.GetUtcNow());
            if (!await TestAsync(target, cancel))
            {
                return TimeSpan.Zero;
            }
        }

        var rest = _testedAt + saved.Every - clock.GetUtcNow();
        return rest < TimeSpan.Zero ? TimeSpan.Zero : rest;
    }

    /// <returns>False where the settings named another server before this one had answered.</returns>
    private async Task<bool> TestAsync(LettaTarget target, CancellationToken cancel)
    {
        if (await AskAsync(target, cancel) is not { } report)
        {
            return false;
        }

        if (report.IsPaused)
        {
            // Nobody was asked, so there is nothing to count.
            state.Set(state.Current with { IsPaused = true, Message = report.Message });
            return true;
        }

        await InScopeAsync<ConnectionCheckStore, DateTimeOffset?>(ledger =>
            ledger.AddAsync(report, new(target, IsOfSaved: true), Name, cancel)
        );
        await RefreshAsync(cancel);
        LogTested(report.Verdict, report.LatencyMs);
        return true;
    }

    /// <returns>Null where the settings named another server before this one had answered.</returns>
    private async Task<LettaReport?> AskAsync(LettaTarget target, CancellationToken cancel)
    {
        using var replaced = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            var asking = probe.TestAsync(target, replaced.Token);
            while (await Task.WhenAny(asking, _changes.Reader.WaitToReadAsync(replaced.Token).AsTask()) != asking)
            {
                _changes.Reader.TryRead(out _);
                if ((await InScopeAsync<LettaTargets, SavedServer>(targets => targets.SavedAsync(cancel))).Target != target)
                {
                    await replaced.CancelAsync();
                    break;
                }
            }

            return await asking;
        }
        catch (OperationCanceledException) when (replaced.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await replaced.CancelAsync();
        }
    }

    private Task<LettaStatus> RefreshAsync(CancellationToken cancel) =>
        InScopeAsync<LettaStateReader, LettaStatus>(reader => reader.RefreshAsync(cancel));

    private async Task RestAsync(TimeSpan time, CancellationToken cancel)
    {
        using var alarm = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, cancel);
        try
        {
            await _changes.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to stop.
        }
    }

    private async Task<TAnswer> InScopeAsync<TService, TAnswer>(Func<TService, Task<TAnswer>> act)
        where TService : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    [LoggerMessage(LogLevel.Debug, "Letta tested: {Verdict} after {LatencyMs} ms")]
    private partial void LogTested(LettaVerdict verdict, int latencyMs);

    [LoggerMessage(LogLevel.Error, "Monitoring the Letta server failed; retrying")]
    private partial void LogFailed(Exception exception);
}

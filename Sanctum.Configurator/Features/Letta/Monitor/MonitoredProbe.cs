using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Sanctum.Configurator.Features.Letta.Probe;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>
/// The connection test as a background monitor wants it: transient failures are tried again before they count, and a
/// server that keeps failing is left alone for a while. That too is told by a report, never by an exception.
/// </summary>
/// <remarks>One watcher at a time: what failed before is remembered for one server.</remarks>
internal sealed class MonitoredProbe(LettaProbe probe, TimeProvider clock)
{
    private ResiliencePipeline<LettaReport> _pipeline = ResiliencePipeline<LettaReport>.Empty;
    private volatile LettaReport? _last;
    private LettaTarget? _target;

    public async Task<LettaReport> TestAsync(LettaTarget target, CancellationToken cancel)
    {
        if (_target != target)
        {
            // Another server, or another token for it, must not wait for the pause that the one before has earned.
            (_target, _last, _pipeline) = (target, null, LettaMonitorPipeline.For(target, clock));
        }

        try
        {
            return _last = await _pipeline.ExecuteAsync(async token => _last = await probe.WatchAsync(target, token), cancel);
        }
        catch (BrokenCircuitException e)
        {
            return Paused(e.RetryAfter);
        }
        catch (TimeoutRejectedException) when (_last is { } last)
        {
            return last;
        }
        catch (TimeoutRejectedException)
        {
            return Bare(LettaVerdict.Timeout, "The server did not answer the monitor in time.");
        }
    }

    private LettaReport Paused(TimeSpan? wait)
    {
        var pause = wait is { } time ? $" The next check is in {Math.Ceiling(time.TotalSeconds):0} s." : "";
        return _last is { } last
            ? last with
            {
                IsPaused = true,
                Message = last.Message + " Checks are paused for a while, because they kept failing." + pause,
            }
            : Bare(LettaVerdict.Unreachable, "Checks are paused for a while, because they kept failing." + pause) with
            {
                IsPaused = true,
            };
    }

    private static LettaReport Bare(LettaVerdict verdict, string message) =>
        new(verdict, null, null, 0, null, null, message, "Test the connection by hand to see which step fails.", []);
}

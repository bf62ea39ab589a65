using Polly;
using Polly.CircuitBreaker;
using Polly.Registry;
using Polly.Timeout;
using Sanctum.Configurator.Platform.Resilience;

namespace Sanctum.Configurator.Platform.Letta;

/// <summary>
/// The connection test as a background monitor wants it: transient failures are tried again before they count, and a
/// server that keeps failing is left alone for a while. That too is told by a report, never by an exception.
/// </summary>
public sealed class MonitoredProbe(LettaProbe probe, ResiliencePipelineProvider<string> pipelines)
{
    private readonly ResiliencePipeline<LettaReport> _pipeline =
        pipelines.GetPipeline<LettaReport>(LettaMonitorPipeline.Name);

    private volatile LettaReport? _last;

    public async Task<LettaReport> TestAsync(LettaTarget target, CancellationToken cancel)
    {
        try
        {
            return _last = await _pipeline.ExecuteAsync(
                async token => _last = await probe.TestAsync(target, onStep: null, token), cancel);
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
        var pause = wait is { } time ? $" Asked again in {Math.Ceiling(time.TotalSeconds):0} s." : "";
        return _last is { } last
            ? last with { Message = last.Message + " Not asked again for a while, because it kept failing." + pause }
            : Bare(LettaVerdict.Unreachable, "Not asked for a while, because the server kept failing." + pause);
    }

    private static LettaReport Bare(LettaVerdict verdict, string message) =>
        new(verdict, null, null, 0, null, null, message, "Test the connection by hand to see which step fails.", []);
}

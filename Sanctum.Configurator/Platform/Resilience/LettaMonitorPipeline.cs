using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Sanctum.Configurator.Platform.Letta;

namespace Sanctum.Configurator.Platform.Resilience;

/// <summary>
/// How patiently the background monitor asks. Only transient verdicts are retried and counted: a wrong token does not
/// become right by asking again. Outermost the time for all attempts, then retry, then the breaker.
/// </summary>
public static class LettaMonitorPipeline
{
    public const string Name = "letta-monitor";

    public const int Retries = 2;

    /// <summary>So many failures in a row, and the server is left alone for <see cref="Pause"/>.</summary>
    public const int FailuresToPause = 6;

    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan WholeTime = TimeSpan.FromMinutes(2);

    internal static void Build(ResiliencePipelineBuilder<LettaReport> builder, CircuitBreakerManualControl breaker)
    {
        var transient = new PredicateBuilder<LettaReport>().HandleResult(report => report.Verdict.IsTransient());
        builder
            .AddTimeout(new TimeoutStrategyOptions { Timeout = WholeTime })
            .AddRetry(new RetryStrategyOptions<LettaReport>
            {
                ShouldHandle = transient,
                MaxRetryAttempts = Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromSeconds(10),
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<LettaReport>
            {
                ShouldHandle = transient,
                FailureRatio = 1,
                MinimumThroughput = FailuresToPause,
                SamplingDuration = TimeSpan.FromMinutes(10),
                BreakDuration = Pause,
                ManualControl = breaker,
            });
    }
}

using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Sanctum.Configurator.Features.Letta.Probe;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>
/// How patiently the background monitor asks. Only transient verdicts are retried and counted: a wrong token does not
/// become right by asking again. Outermost the time for all attempts, then retry, then the breaker.
/// </summary>
internal static class LettaMonitorPipeline
{
    public const string Name = "letta-monitor";

    public const int Retries = 2;

    /// <summary>So many failures in a row, and the server is left alone for <see cref="Pause"/>.</summary>
    public const int FailuresToPause = 6;

    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>For all attempts together, unless the operator gives a single one longer.</summary>
    public static readonly TimeSpan WholeTime = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The test keeps its own timeout, and its report names the step that hung; the pipeline stops only what comes after it.
    /// </summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(500);

    /// <summary>The pipeline of one server. Its breaker remembers the failures of no other.</summary>
    public static ResiliencePipeline<LettaReport> For(LettaTarget target, TimeProvider clock)
    {
        var transient = new PredicateBuilder<LettaReport>().HandleResult(report => report.Verdict.IsTransient());
        return new ResiliencePipelineBuilder<LettaReport>
        {
            Name = Name,
            InstanceName = target.BaseAddress.Authority,
            TimeProvider = clock,
        }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = TimeFor(target.Timeout) })
            .AddRetry(
                new RetryStrategyOptions<LettaReport>
                {
                    ShouldHandle = transient,
                    MaxRetryAttempts = Retries,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromSeconds(1),
                    MaxDelay = TimeSpan.FromSeconds(10),
                    UseJitter = true,
                }
            )
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<LettaReport>
                {
                    ShouldHandle = transient,
                    FailureRatio = 1,
                    MinimumThroughput = FailuresToPause,
                    SamplingDuration = TimeSpan.FromMinutes(10),
                    BreakDuration = Pause,
                }
            )
            .Build();
    }

    private static TimeSpan TimeFor(TimeSpan timeout) => timeout < WholeTime ? WholeTime : timeout + Margin;
}

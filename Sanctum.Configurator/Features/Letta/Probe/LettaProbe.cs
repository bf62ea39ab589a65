using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>
/// The honest connection test: name, TCP, TLS, HTTP, API, version, token and agents, each judged on its own, over one
/// connection. A failing server is a report, never an exception.
/// </summary>
public sealed class LettaProbe(OutboundDialer dialer, OutboundTls tls, IOptions<OutboundOptions> options, TimeProvider clock)
{
    /// <summary>Ends within the target's timeout, whichever step hangs.</summary>
    /// <param name="target">The server and the token to test it with.</param>
    /// <param name="onStep">
    /// Called when a step starts (<see cref="LettaStep.Ok"/> is null) and again when it has ended, on whatever thread the
    /// test runs: a component wraps its rendering in <c>InvokeAsync</c>. The test goes on when it returns.
    /// </param>
    /// <param name="cancel">Stops the test at any step.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was asked for.</exception>
    public Task<LettaReport> TestAsync(LettaTarget target, Action<LettaStep>? onStep, CancellationToken cancel) =>
        new ProbeRun(target, dialer, tls, options.Value, clock, onStep).RunAsync(cancel);
}

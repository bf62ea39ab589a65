using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>
/// The honest connection test: name, TCP, TLS, HTTP, API, version, token, WebSocket and agents, each judged on its own, over one
/// connection. A failing server is a report, never an exception.
/// </summary>
public sealed class LettaProbe(
    OutboundDialer dialer,
    OutboundTls tls,
    IOptions<OutboundOptions> options,
    FoundKinds kinds,
    TimeProvider clock
)
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
        RunAsync(target, asksForModels: true, onStep, cancel);

    /// <summary>
    /// The same for whoever asks again and again: an App Server is not asked for its models, for which it asks every provider.
    /// </summary>
    public Task<LettaReport> WatchAsync(LettaTarget target, CancellationToken cancel) =>
        RunAsync(target, asksForModels: false, onStep: null, cancel);

    private async Task<LettaReport> RunAsync(LettaTarget target, bool asksForModels, Action<LettaStep>? onStep, CancellationToken cancel)
    {
        var report = await new ProbeRun(target, asksForModels, dialer, tls, options.Value, clock, onStep).RunAsync(cancel);
        if (report.Kind is { } kind)
        {
            kinds.Remember(target.BaseAddress, kind);
        }

        return report;
    }
}

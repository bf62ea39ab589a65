using Microsoft.AspNetCore.WebUtilities;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>One run of the test: takes the steps in turn, times them, and keeps the deadline.</summary>
internal sealed class ProbeRun(
    LettaTarget target,
    bool asksForModels,
    OutboundDialer dialer,
    OutboundTls tls,
    OutboundOptions options,
    TimeProvider clock,
    Action<LettaStep>? onStep
)
{
    private readonly List<LettaStep> _steps = [];
    private readonly Shown _shown = new(target.Token);
    private readonly long _started = clock.GetTimestamp();

    public async Task<LettaReport> RunAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(target.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        using var line = new LettaSocket(target, dialer, tls, clock, _shown);
        using var http = new ProbeHttp(target, line, tls, options.MaxResponseBytes, _shown);
        using var talk = new LettaHttpExchange(target, line, http, options.MaxResponseBytes, clock, _shown);
        try
        {
            return ReportOf(await WalkAsync(line, talk, either.Token), talk);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return ReportOf(talk.AppServer?.FindSilence() ?? TimedOut(_steps[^1].Name), talk);
        }
    }

    private async Task<LettaFinding> WalkAsync(LettaSocket line, LettaHttpExchange talk, CancellationToken cancel) =>
        await StepAsync(LettaSteps.NameResolution, line.ResolveAsync, talk, cancel)
        ?? await StepAsync(LettaSteps.Tcp, line.ConnectAsync, talk, cancel)
        ?? (line.IsSecure ? await StepAsync(LettaSteps.Tls, line.SecureAsync, talk, cancel) : null)
        ?? await StepAsync(LettaSteps.Http, talk.AskHealthAsync, talk, cancel)
        ?? await (talk.AppServer is { } server ? WalkAsync(server, talk, cancel) : WalkV1Async(talk, cancel));

    private async Task<LettaFinding> WalkV1Async(LettaHttpExchange talk, CancellationToken cancel) =>
        await StepAsync(LettaSteps.Shape, _ => Task.FromResult(talk.CheckShape()), talk, cancel)
        ?? await StepAsync(LettaSteps.Version, _ => Task.FromResult(talk.ReadVersion()), talk, cancel)
        ?? await StepAsync(LettaSteps.Authentication, talk.AuthenticateAsync, talk, cancel)
        ?? await StepAsync(LettaSteps.Agents, _ => Task.FromResult(talk.ReadAgents()), talk, cancel)
        ?? talk.Connected();

    private async Task<LettaFinding> WalkAsync(AppServerExchange server, LettaHttpExchange talk, CancellationToken cancel) =>
        await StepAsync(LettaSteps.Shape, _ => Task.FromResult(server.CheckShape()), talk, cancel)
        ?? await StepAsync(LettaSteps.Authentication, server.AuthenticateAsync, talk, cancel)
        ?? await StepAsync(LettaSteps.Version, _ => Task.FromResult(server.ReadVersion()), talk, cancel)
        ?? await StepAsync(LettaSteps.WebSocket, server.OpenAsync, talk, cancel)
        ?? await StepAsync(LettaSteps.Agents, token => server.ReadAgentsAsync(asksForModels, token), talk, cancel)
        ?? server.Connected();

    private async Task<LettaFinding?> StepAsync(
        string name,
        Func<CancellationToken, Task<StepEnd>> take,
        LettaHttpExchange talk,
        CancellationToken cancel
    )
    {
        onStep?.Invoke(new(name, Ok: null, Ms: 0, Detail: ""));
        var started = clock.GetTimestamp();
        StepEnd end;
        try
        {
            end = await take(cancel);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // Sockets and TLS report an abort in many ways; the token says what it was.
            Add(new(name, Ok: false, MsSince(started), "Not finished when the test was stopped"));
            throw new OperationCanceledException(cancel);
        }
        catch (Exception e) when (OutboundFailures.Find(e) is { } failed)
        {
            end = talk.Lost(failed);
        }

        Add(new(name, end.Finding is null, MsSince(started), end.Detail) { IsWarning = end.IsWarning });
        return end.Finding;
    }

    private void Add(LettaStep step)
    {
        _steps.Add(step);
        onStep?.Invoke(step);
    }

    private double MsSince(long started) => Math.Round(clock.GetElapsedTime(started).TotalMilliseconds, 1);

    private LettaFinding TimedOut(string step) =>
        new(
            LettaVerdict.Timeout,
            $"{_shown.Place(target.BaseAddress)} did not complete the step {step} within {target.Timeout.TotalSeconds:0.##} s.",
            step switch
            {
                LettaSteps.NameResolution =>
                    $"Check the DNS settings of the console's machine, or enter the IP address in {LettaFields.Address}.",
                LettaSteps.Tcp => $"Check {LettaFields.Address} and {LettaFields.Port}, and whether a firewall drops the connection.",
                LettaSteps.Tls => $"Check that {LettaFields.Port} uses TLS; if it doesn't, begin {LettaFields.Address} with http://.",
                _ => $"The server is reachable but slow. Check its load and log, or increase {LettaFields.Timeout}.",
            }
        );

    private LettaReport ReportOf(LettaFinding finding, LettaHttpExchange talk) =>
        new(
            finding.Verdict,
            finding.Answer?.Status ?? finding.Status,
            finding.Answer?.Phrase ?? (finding.Status is { } status ? ReasonPhrases.GetReasonPhrase(status) : null),
            (int)Math.Round(clock.GetElapsedTime(_started).TotalMilliseconds),
            talk.Version?.Text,
            talk.Agents,
            finding.Message,
            finding.Hint,
            _steps
        )
        {
            Kind = talk.Kind,
            IsVersionSupported = talk.Version?.IsSupported,
        };
}

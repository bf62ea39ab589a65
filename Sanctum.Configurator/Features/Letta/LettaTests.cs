using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>
/// Tests the connection to the Letta server with what is saved, or with values that are not saved yet, and keeps what was found.
/// </summary>
public class LettaTests
{
    private readonly LettaTargets _targets;
    private readonly LettaProbe _probe;
    private readonly ConnectionCheckStore _checks;
    private readonly LettaStateReader _states;
    private readonly CurrentUser _actor;

    internal LettaTests(LettaTargets targets, LettaProbe probe, ConnectionCheckStore checks, LettaStateReader states, CurrentUser actor) =>
        (_targets, _probe, _checks, _states, _actor) = (targets, probe, checks, states, actor);

    private const string Withheld =
        "The saved token was not sent, because the address differs from the saved one. Enter the token to test it with this address.";

    /// <summary>Tests and stores the check. A server that fails is a report; a value that can't be tested is refused, by column.</summary>
    /// <param name="unsaved">Column of <c>system_config</c> → typed text, for the settings that were changed and not saved.</param>
    /// <param name="onStep">Called as steps start and end, on any thread; see <see cref="LettaProbe.TestAsync"/>.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was asked for; nothing is stored.</exception>
    public virtual async Task<Outcome<LettaTestResult>> TestAsync(
        IReadOnlyDictionary<string, string?> unsaved,
        Action<LettaStep>? onStep,
        CancellationToken cancel
    )
    {
        var resolved = await _targets.ResolveAsync(unsaved, cancel);
        if (resolved is not Outcome<ProbeRequest>.Ok { Value: var aim })
        {
            return new Outcome<LettaTestResult>.Invalid(((Outcome<ProbeRequest>.Invalid)resolved).Reasons);
        }

        var report = await _probe.TestAsync(aim.Target, onStep, cancel);
        if (aim.IsTokenWithheld)
        {
            report = report with { Hint = string.IsNullOrEmpty(report.Hint) ? Withheld : $"{Withheld} {report.Hint}" };
        }

        var last = await _checks.AddAsync(report, aim, _actor.Actor.Name, cancel);
        if (aim.IsOfSaved)
        {
            await _states.RefreshAsync(cancel);
        }

        return new Outcome<LettaTestResult>.Ok(new(report, aim.Target.BaseAddress, last));
    }

    /// <summary>Tests with what is saved, for whoever wants no more than a sentence. A server that can't be used is a refusal.</summary>
    internal async Task<Outcome<string>> TestSavedAsync(CancellationToken cancel) =>
        await TestAsync(new Dictionary<string, string?>(), null, cancel) switch
        {
            Outcome<LettaTestResult>.Ok { Value.Report: var report } => report.Verdict.IsConnected()
                ? new Outcome<string>.Ok(report.Message)
                : new Outcome<string>.Invalid("", $"{report.Message} {report.Hint}".Trim()),
            Outcome<LettaTestResult>.Invalid refused => new Outcome<string>.Invalid(refused.Reasons),
            _ => new Outcome<string>.NotFound(),
        };
}

/// <summary>What a test found.</summary>
/// <param name="LastConnected">When the saved server last answered as it should.</param>
public sealed record LettaTestResult(LettaReport Report, Uri Address, DateTimeOffset? LastConnected);

using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Letta;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>Tests for a person or a program that asks, and keeps what was found.</summary>
internal sealed class LettaTests(LettaTargets targets, LettaProbe probe, LettaLedger ledger, LettaStateReader states, CurrentActor actor) : ILettaTests
{
    private const string Withheld =
        "The saved token was not sent, because the address differs from the saved one. Enter the token to test it with this address.";

    public async Task<Outcome<LettaTestResult>> TestAsync(
        IReadOnlyDictionary<string, string?> unsaved, Action<LettaStep>? onStep, CancellationToken cancel)
    {
        var resolved = await targets.ResolveAsync(unsaved, cancel);
        if (resolved is not Outcome<LettaAim>.Done { Value: var aim })
        {
            return new Outcome<LettaTestResult>.Refused(((Outcome<LettaAim>.Refused)resolved).Reasons);
        }

        var report = await probe.TestAsync(aim.Target, onStep, cancel);
        if (aim.IsTokenWithheld)
        {
            report = report with { Hint = string.IsNullOrEmpty(report.Hint) ? Withheld : $"{Withheld} {report.Hint}" };
        }

        var last = await ledger.AddAsync(report, aim, actor.Value.Name, cancel);
        if (aim.IsOfSaved)
        {
            await states.RefreshAsync(cancel);
        }

        return new Outcome<LettaTestResult>.Done(new(report, aim.Target.BaseAddress, last));
    }
}

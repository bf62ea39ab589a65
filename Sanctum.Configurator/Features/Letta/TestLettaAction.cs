using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Letta;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>Tests the connection to the saved Letta server.</summary>
internal sealed class TestLettaAction(ILettaTests tests) : IConsoleAction
{
    public string Name => "test_letta";

    public string Description => "Tests the connection to the Letta server.";

    public string Policy => Policies.TestLetta;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) => await tests.TestAsync(new Dictionary<string, string?>(), null, cancel) switch
    {
        Outcome<LettaTestResult>.Done { Value.Report: var report } when report.Verdict.IsConnected() => new Outcome<string>.Done(report.Message),
        Outcome<LettaTestResult>.Done { Value.Report: var report } => new Outcome<string>.Refused("", $"{report.Message} {report.Hint}".Trim()),
        Outcome<LettaTestResult>.Refused refused => new Outcome<string>.Refused(refused.Reasons),
        _ => new Outcome<string>.Missing(),
    };
}

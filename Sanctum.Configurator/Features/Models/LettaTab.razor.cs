using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Models;

/// <summary>What the Letta server offers its agents, beside the console's own models.</summary>
public sealed partial class LettaTab
{
    private Outcome<LettaModelView>? _view;
    private string? _problem;

    [Inject]
    public required LettaSide Side { get; init; }

    protected override void OnInitialized() => Watch(Tables.LlmConfig, Tables.SystemConfig);

    protected override async Task ReadAsync(CancellationToken cancel) => _view = await Side.ReadAsync(cancel);

    private static string Lead(LettaModelView view) =>
        view.Kind == LettaKind.AppServer
            ? "Agents use the models of the Letta server. Push gives the App Server the key of a provider, so that it has the model too; nothing comes back from there."
            : "Agents use the models of the Letta server. A V1 server gets its providers from its own environment or its own API; what is missing there is to be configured there.";

    private async Task PushAsync(int id, string handle)
    {
        _problem = null;
        if (
            !await Confirm.AskAsync(
                $"Give the key of {handle} to the Letta server?",
                "The App Server stores it, and whoever may talk to the App Server can use it.",
                "Give the key",
                isDanger: false
            )
        )
        {
            return;
        }

        var outcome = await Side.PushAsync(id, CancellationToken.None);
        _problem = outcome.ProblemWith(handle) ?? (outcome as Outcome<Letta.Models.ProviderConnected>.Ok)?.Value.Warning;
        if (_problem is null)
        {
            Notices.Say($"The Letta server has the key of {handle} now.");
        }

        await ReloadAsync();
    }
}

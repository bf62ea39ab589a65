using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Templates;

namespace Sanctum.Configurator.Features.Agents.Creating;

/// <summary>Makes an agent on the Letta server; stays open while it is refused.</summary>
public sealed partial class CreateDialog
{
    private AgentParts? _parts;
    private bool _isAsking;

    /// <summary>The name of the agent that is cloned.</summary>
    [Parameter]
    public string? Source { get; set; }

    [Inject]
    public required AgentCreation Creation { get; init; }

    private bool IsAppServer => _parts?.Kind == LettaKind.AppServer;

    protected override string Thing => "agent";

    protected override Task OnInitializedAsync() => State.RunAsync(async () => _parts = Take(await Creation.PartsAsync(Closed)));

    private static string? Empty(AgentParts parts) =>
        (parts.Models.Count, parts.Embeddings.Count) switch
        {
            (0, _) when parts.Kind == LettaKind.AppServer => "The App Server offers no models. Connect a provider there.",
            _ when parts.Kind == LettaKind.AppServer => null,
            (0, 0) => "The Letta server offers no models and no embeddings. Configure a provider's API key there and restart it.",
            (0, _) => "The Letta server offers no models. Configure a provider's API key there and restart it.",
            (_, 0) => "The Letta server offers no embeddings. Configure a provider that has one and restart it.",
            _ => null,
        };

    private void FillIn(AgentPart part)
    {
        Form.Take(part);
        Form.ReadTyped();
        var lacking = AgentCreation.Lacking(Form, _parts!);
        if (lacking.Count > 0)
        {
            lacking[""] = "The Letta server doesn't have everything that the template uses. Change the marked fields.";
        }

        Refuse(lacking);
    }

    protected override Task<Outcome<NewlyMade>> SaveAsync()
    {
        Form.ReadTyped();
        return Creation.CreateAsync(Form, false, CancellationToken.None);
    }
}

using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Platform;

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

    protected override string Thing => "agent";

    protected override Task OnInitializedAsync() => State.RunAsync(async () => _parts = Take(await Creation.PartsAsync(Closed)));

    private static string? Empty(AgentParts parts) => (parts.Models.Count, parts.Embeddings.Count) switch
    {
        (0, 0) => "The Letta server offers no model and no embedding. Give it the key of a provider, and start it again.",
        (0, _) => "The Letta server offers no model. Give it the key of a provider, and start it again.",
        (_, 0) => "The Letta server offers no embedding. Give it a provider that has one, and start it again.",
        _ => null,
    };

    private void FillIn(AgentPart part)
    {
        Form.Take(part);
        Form.ReadTyped();
        var lacking = AgentCreation.Lacking(Form, _parts!);
        if (lacking.Count > 0)
        {
            lacking[""] = "The Letta server does not have all that the template names. Change it where it says so.";
        }

        Refuse(lacking);
    }

    protected override Task<Outcome<NewlyMade>> SaveAsync()
    {
        Form.ReadTyped();
        return Creation.CreateAsync(Form, false, CancellationToken.None);
    }
}

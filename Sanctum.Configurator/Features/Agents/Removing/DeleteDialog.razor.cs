using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Agents.Removing;

/// <summary>Asks how far an agent is to be deleted, says what stays, and deletes it.</summary>
public sealed partial class DeleteDialog
{
    private RemovalPlan? _plan;
    private string? _locked;

    [Parameter, EditorRequired]
    public required AgentRow Agent { get; set; }

    [Parameter, EditorRequired]
    public required AgentDependants Dependants { get; set; }

    [Inject]
    public required AgentService Agents { get; init; }

    [Inject]
    public required AgentRemoval Removal { get; init; }

    protected override string Thing => "agent";

    /// <summary>The agent can be deleted here while the server is still being asked.</summary>
    protected override async Task OnFilledAsync()
    {
        var outcome = await Removal.PlanAsync(Agent.Id, Closed);
        _plan = (outcome as Outcome<RemovalPlan>.Ok)?.Value;
        _locked = outcome.ProblemWith(Agent.Name) ?? (_plan is { IsThere: false } ? "The Letta server does not have this agent." : null);
    }

    protected override async Task<Outcome<string>> SaveAsync() =>
        Form.There
            ? Take(
                await Removal.DeleteAsync(Agent.Id, Agent.Version, Form.WithBlocks, CancellationToken.None),
                removed => string.Join(' ', [$"{Agent.Name} was deleted from the registry and the Letta server.", .. removed.LeftOut])
            )
            : Take(
                await Agents.DeleteAsync(Agent.Id, Agent.Version, CancellationToken.None),
                _ => $"{Agent.Name} was deleted from the registry. It stays on the Letta server."
            );

    private static IReadOnlyList<KeptBlock> Shared(RemovalPlan plan) => [.. plan.Blocks.Where(block => block.OtherAgents.Count > 0)];

    private static IReadOnlyList<KeptBlock> Orphans(RemovalPlan plan) => [.. plan.Blocks.Where(block => block.OtherAgents.Count == 0)];

    private static string Named(IReadOnlyList<KeptBlock> blocks) => string.Join(", ", blocks.Select(block => block.Label));

    /// <summary>How far it is deleted.</summary>
    public sealed class Extent
    {
        /// <summary>On the Letta server, too.</summary>
        public bool There { get; set; }

        /// <summary>With those blocks of its memory that no other agent has.</summary>
        public bool WithBlocks { get; set; }

        /// <summary>Its name, typed as a confirmation.</summary>
        public string? Confirm { get; set; }
    }
}

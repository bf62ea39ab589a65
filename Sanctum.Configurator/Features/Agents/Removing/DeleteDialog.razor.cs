using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents.Removing;

/// <summary>Asks how far an agent is to be deleted, says what stays, and deletes it.</summary>
public sealed partial class DeleteDialog : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private RemovalPlan? _plan;
    private string? _locked;
    private string? _notice;
    private string? _typed = "";
    private bool _there;
    private bool _withBlocks;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required AgentRow Agent { get; set; }

    [Parameter, EditorRequired]
    public required AgentDependants Dependants { get; set; }

    [Inject]
    public required AgentService Agents { get; init; }

    [Inject]
    public required AgentRemoval Removal { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        try
        {
            var outcome = await Removal.PlanAsync(Agent.Id, _gone.Token);
            _plan = (outcome as Outcome<RemovalPlan>.Done)?.Value;
            _locked = outcome.ProblemWith(Agent.Name) ?? (_plan is { IsThere: false } ? "The Letta server does not have this agent." : null);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The dialog was closed.
        }
    }

    private static IReadOnlyList<KeptBlock> Shared(RemovalPlan plan) => [.. plan.Blocks.Where(block => block.OtherAgents.Count > 0)];

    private static IReadOnlyList<KeptBlock> Orphans(RemovalPlan plan) => [.. plan.Blocks.Where(block => block.OtherAgents.Count == 0)];

    private static string Named(IReadOnlyList<KeptBlock> blocks) => string.Join(", ", blocks.Select(block => block.Label));

    private async Task DeleteAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            if (_there)
            {
                var outcome = await Removal.DeleteAsync(Agent.Id, Agent.Version, _withBlocks, CancellationToken.None);
                Show(outcome.ProblemWith(Agent.Name), string.Join(' ', [$"{Agent.Name} was deleted from the registry and the Letta server.", .. (outcome as Outcome<Removed>.Done)?.Value.LeftOut ?? []]));
            }
            else
            {
                var outcome = await Agents.DeleteAsync(Agent.Id, Agent.Version, CancellationToken.None);
                Show(outcome.ProblemWith(Agent.Name), $"{Agent.Name} was deleted from the registry. It stays on the Letta server.");
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(string? problem, string done)
    {
        _notice = problem;
        if (problem is null)
        {
            Shown.Close(done);
        }
    }
}

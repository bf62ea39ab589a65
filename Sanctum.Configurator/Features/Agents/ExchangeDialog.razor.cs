using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>Shows what taking or pushing an agent will change, and then does exactly that.</summary>
public sealed partial class ExchangeDialog : IDisposable
{
    private const string Stale = "Somebody else changed this agent in the meantime. These are the current differences.";

    private readonly CancellationTokenSource _gone = new();
    private AgentDifference? _difference;
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public int Id { get; set; }

    [Parameter, EditorRequired]
    public bool IsTaking { get; set; }

    [Inject]
    public required AgentExchange Exchange { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync() => CompareAsync(null);

    private async Task CompareAsync(string? notice)
    {
        try
        {
            var outcome = await Exchange.CompareAsync(Id, !IsTaking, _gone.Token);
            _difference = (outcome as Outcome<AgentDifference>.Done)?.Value;
            _notice = outcome is Outcome<AgentDifference>.Done ? notice : ReasonOf(outcome);
        }
        catch (Exception) when (_gone.IsCancellationRequested)
        {
            // The dialog was closed.
        }
    }

    private async Task DoAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            await (IsTaking ? TakeAsync(_difference!) : PushAsync(_difference!));
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task TakeAsync(AgentDifference seen)
    {
        var outcome = await Exchange.TakeAsync(Id, seen.Agent.Agent.Version, seen.Seen, CancellationToken.None);
        if (outcome is Outcome<AgentRow>.Done done)
        {
            Shown.Close($"The registry now matches {done.Value.Name} on the Letta server.");
        }
        else
        {
            await CompareAsync(outcome is Outcome<AgentRow>.Stale ? Stale : ReasonOf(outcome));
        }
    }

    private async Task PushAsync(AgentDifference seen)
    {
        var outcome = await Exchange.PushAsync(Id, seen.Agent.Agent.Version, seen.Seen, CancellationToken.None);
        if (outcome is Outcome<AgentDifference>.Done done)
        {
            Shown.Close(done.Value.Fields.Count == 0
                ? $"{done.Value.Agent.Agent.Name} on the Letta server now matches the registry."
                : $"{done.Value.Agent.Agent.Name} was pushed. {AgentWords.Count(done.Value.Fields.Count, "field")} still differ.");
        }
        else
        {
            await CompareAsync(outcome is Outcome<AgentDifference>.Stale ? Stale : ReasonOf(outcome));
        }
    }

    private static string ReasonOf<T>(Outcome<T> outcome) =>
        outcome is Outcome<T>.Refused refused ? refused.Reasons.Values.First() : "This agent has been deleted.";
}

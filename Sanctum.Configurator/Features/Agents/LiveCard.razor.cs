using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Agents.Creating;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>An agent beside the same agent on the Letta server, and the ways from the one to the other.</summary>
public sealed partial class LiveCard : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private AgentDifference? _difference;
    private (int Id, int Version)? _shown;
    private string? _problem;
    private string? _refusal;
    private bool _isBusy;
    private int _asked;

    [Parameter, EditorRequired]
    public int Id { get; set; }

    /// <summary>Of the row; another one is compared anew.</summary>
    [Parameter, EditorRequired]
    public int Version { get; set; }

    /// <summary>The row was changed.</summary>
    [Parameter]
    public EventCallback OnTaken { get; set; }

    [Inject]
    public required AgentExchange Exchange { get; init; }

    [Inject]
    public required ServerCreation Creation { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != (Id, Version))
        {
            _difference = _shown?.Id == Id ? _difference : null;
            (_shown, _refusal) = ((Id, Version), null);
            await CompareAsync();
        }
    }

    private static string Words(string? value) => string.IsNullOrEmpty(value) ? "nothing" : value;

    /// <summary>Of comparisons that overlap, the last one counts, whichever ends last.</summary>
    private async Task CompareAsync()
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        var asked = ++_asked;
        _isBusy = true;
        try
        {
            var outcome = await Exchange.CompareAsync(Id, false, _gone.Token);
            if (asked != _asked)
            {
                return;
            }

            _problem = (outcome as Outcome<AgentDifference>.Invalid)?.Reasons.Values.First();
            _difference = (outcome as Outcome<AgentDifference>.Ok)?.Value ?? _difference;
        }
        catch (Exception) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _isBusy = asked != _asked && _isBusy;
        }
    }

    private async Task CreateThereAsync(AgentRow agent)
    {
        if (
            await CreatedAsync(agent, isDryRun: true)
            && await Confirm.AskAsync(
                $"Create {agent.Name} on the Letta server?",
                $"The agent is created with its declared fields and the model {agent.Model}.",
                "Create",
                isDanger: false
            )
        )
        {
            if (await CreatedAsync(agent, isDryRun: false))
            {
                Notices.Say($"{agent.Name} was created on the Letta server.");
            }

            await OnTaken.InvokeAsync();
        }
    }

    private async Task<bool> CreatedAsync(AgentRow agent, bool isDryRun)
    {
        (_isBusy, _refusal) = (true, null);
        try
        {
            var outcome = await Creation.CreateAsync(Id, agent.Version, isDryRun, CancellationToken.None);
            _refusal = outcome is Outcome<NewlyMade>.Invalid refused
                ? string.Join(" ", refused.Reasons.Values)
                : outcome.ProblemWith(agent.Name);
            return _refusal is null;
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task ExchangeAsync(bool isTaking)
    {
        var parameters = new Dictionary<string, object?> { [nameof(ExchangeDialog.Id)] = Id, [nameof(ExchangeDialog.IsTaking)] = isTaking };
        if (await Dialogs.AskAsync<ExchangeDialog, string>(parameters) is { } done)
        {
            Notices.Say(done);
        }

        // What was taken is another version of the row, which is compared by itself.
        await OnTaken.InvokeAsync();
        if (!isTaking)
        {
            await CompareAsync();
        }
    }
}

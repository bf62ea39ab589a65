using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>One agent: what the registry declares of it, how it is on the Letta server, and its past.</summary>
public sealed partial class AgentPage : IDisposable
{
    private DataTable<AgentChange>? _history;
    private IDisposable? _changes;
    private AgentView? _view;
    private string? _problem;
    private int? _shownId;
    private bool _isRead;
    private bool _failed;

    [Parameter]
    public int Id { get; set; }

    [Inject]
    public required AgentService Agents { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required Dialogs Dialogs { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required ILogger<AgentPage> Log { get; init; }

    public void Dispose() => _changes?.Dispose();

    protected override void OnInitialized() =>
        _changes = Feed.Subscribe(change => change.Tables.Contains("agents") ? InvokeAsync(ReloadAsync) : Task.CompletedTask);

    protected override async Task OnParametersSetAsync()
    {
        if (_shownId != Id)
        {
            (_shownId, _isRead) = (Id, false);
            await ReadAsync();
        }
    }

    private static IEnumerable<(string Name, string? Value)> Declared(AgentView view) =>
    [
        ("Description", view.Agent.Description),
        ("Model", view.Declared.Model),
        ("Embedding", view.Declared.Embedding),
        ("Tags", Listed(view.Declared.Tags)),
        ("Tools", Listed(view.Declared.Tools)),
    ];

    private static IEnumerable<(string Title, string Text)> Texts(AgentView view) =>
    [
        .. view.Declared.System is { } system ? [("System prompt", system)] : Array.Empty<(string, string)>(),
        .. (view.Declared.Blocks ?? new Dictionary<string, string>()).Select(block => ($"Block {block.Key}", block.Value)),
    ];

    private static string? Listed(IReadOnlyList<string>? names) => names is null ? null : names.Count == 0 ? "none" : string.Join(", ", names);

    private Task<PageOf<AgentChange>> HistoryAsync(PageRequest page, CancellationToken cancel) => Agents.HistoryAsync(Id, page, cancel);

    private async Task ReadAsync()
    {
        try
        {
            (_view, _isRead, _failed) = (await Agents.FindAsync(Id, CancellationToken.None), true, false);
        }
        catch (Exception e)
        {
            _failed = true;
            LogFailed(Log, e, Id);
        }
    }

    private async Task ReloadAsync()
    {
        await ReadAsync();
        StateHasChanged();
        if (_view is not null && _history is not null)
        {
            await _history.ReloadAsync();
        }
    }

    private async Task ToggleAsync()
    {
        var agent = _view!.Agent;
        Tell(await Agents.ActivateAsync(Id, !agent.IsActive, agent.Version, CancellationToken.None), agent.IsActive ? "is inactive now" : "is active again");
        await ReloadAsync();
    }

    private async Task EditAsync()
    {
        _problem = null;
        if (await Dialogs.ShowAsync<AgentDialog, string>(new Dictionary<string, object?> { [nameof(AgentDialog.Form)] = AgentForm.Of(_view!) }) is { } done)
        {
            Notices.Say(done);
        }

        await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        var agent = _view!.Agent;
        var dependants = await Agents.DependantsAsync(Id, CancellationToken.None);
        if (AgentWords.KeptBy(dependants) is { } kept)
        {
            _problem = kept;
        }
        else if (await Confirm.AskAsync($"Delete {agent.Name} from the registry?", AgentWords.GoneWith(dependants), "Delete agent", nameToType: agent.Name))
        {
            if (Tell(await Agents.DeleteAsync(Id, agent.Version, CancellationToken.None), "is deleted from the registry. On the Letta server it stays"))
            {
                Navigation.NavigateTo(Urls.Agents);
            }
            else
            {
                await ReloadAsync();
            }
        }
    }

    private bool Tell(Outcome<AgentRow> outcome, string done)
    {
        _problem = outcome switch
        {
            Outcome<AgentRow>.Refused refused => refused.Reasons.Values.First(),
            Outcome<AgentRow>.Stale => "Somebody else changed this agent meanwhile. It is shown as it is now; do it again if you still want to.",
            Outcome<AgentRow>.Missing => "This agent has been deleted.",
            _ => null,
        };
        if (_problem is null)
        {
            Notices.Say($"{_view!.Agent.Name} {done}.");
        }

        return _problem is null;
    }

    [LoggerMessage(LogLevel.Error, "Agent {AgentId} could not be read")]
    private static partial void LogFailed(ILogger log, Exception exception, int agentId);
}

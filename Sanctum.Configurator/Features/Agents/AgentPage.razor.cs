using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Agents.Removing;
using Sanctum.Configurator.Features.Agents.Talking;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>One agent: what the registry declares of it, how it is on the Letta server, and its past.</summary>
public sealed partial class AgentPage
{
    private TalkDraft _draft = new();
    private HistoryCard? _history;
    private AgentView? _view;
    private string? _problem;

    [Parameter]
    public int Id { get; set; }

    [Inject]
    public required AgentService Agents { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required AgentExport Export { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    /// <summary>By the form of its id: only an App Server gives such.</summary>
    private bool IsOnAppServer => _view?.Agent.LettaUid?.StartsWith("agent-local-", StringComparison.Ordinal) == true;

    /// <summary>The names of the tabs in the address, in their order.</summary>
    private IEnumerable<string> Parts =>
        [
            "overview",
            "configuration",
            "tools",
            "plugins",
            "jobs",
            "dependencies",
            "messages",
            .. IsOnAppServer ? (string[])["memory", "conversations", "schedules", "skills"] : [],
            "logs",
            "history",
        ];

    protected override object LoadKey => Id;

    protected override void OnInitialized() => Watch(FollowAsync, Tables.Agents);

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        var view = await Agents.FindAsync(Id, cancel);
        _draft = view?.Agent.Id == _view?.Agent.Id ? _draft : new();
        _view = view;
    }

    private async Task FollowAsync()
    {
        await ReloadAsync();
        if (_view is not null && _history is not null)
        {
            await _history.ReloadAsync();
        }
    }

    private async Task ToggleAsync()
    {
        var agent = _view!.Agent;
        Tell(
            await Agents.ActivateAsync(Id, !agent.IsActive, agent.Version, CancellationToken.None),
            agent.IsActive ? "is now inactive" : "is now active"
        );
        await FollowAsync();
    }

    private async Task EditAsync()
    {
        _problem = null;
        if (
            await Dialogs.AskAsync<AgentDialog, string>(
                new Dictionary<string, object?> { [nameof(AgentDialog.Form)] = AgentForm.Of(_view!) }
            ) is
            { } done
        )
        {
            Notices.Say(done);
        }

        await FollowAsync();
    }

    private async Task CloneAsync()
    {
        _problem = null;
        var view = _view!;
        var parameters = new Dictionary<string, object?>
        {
            [nameof(CreateDialog.Form)] = NewAgentForm.Like(view.Declared, $"{view.Agent.Name} copy"),
            [nameof(CreateDialog.Source)] = view.Agent.Name,
        };
        if (await Dialogs.AskAsync<CreateDialog, NewlyMade>(parameters) is { Id: { } id } made)
        {
            Notices.Say($"{made.Name} was created on the Letta server and added to the registry.");
            Navigation.NavigateTo(Urls.Agent(id));
        }
    }

    private async Task ExportAsync()
    {
        var name = _view!.Agent.Name;
        if (await Confirm.AskAsync($"Export {name}?", AgentExport.About, "Export", isDanger: false))
        {
            var outcome = await Export.ExportAsync(Id, CancellationToken.None);
            _problem = outcome.ProblemWith(name);
            if (outcome is Outcome<ExportedFile>.Ok { Value: var file })
            {
                await using var content = file.Content;
                await Browser.DownloadAsync(file.Name, content);
            }
        }
    }

    private async Task DeleteAsync()
    {
        var dependants = await Agents.DependantsAsync(Id, CancellationToken.None);
        _problem = AgentLabels.KeptBy(dependants);
        if (_problem is not null)
        {
            return;
        }

        var parameters = new Dictionary<string, object?>
        {
            [nameof(DeleteDialog.Agent)] = _view!.Agent,
            [nameof(DeleteDialog.Dependants)] = dependants,
        };
        if (await Dialogs.AskAsync<DeleteDialog, string>(parameters) is { } done)
        {
            Notices.Say(done);
            Navigation.NavigateTo(Urls.Agents);
        }
        else
        {
            await FollowAsync();
        }
    }

    private void Tell(Outcome<AgentRow> outcome, string done)
    {
        _problem = outcome.ProblemWith(_view!.Agent.Name);
        if (_problem is null)
        {
            Notices.Say($"{_view!.Agent.Name} {done}.");
        }
    }
}

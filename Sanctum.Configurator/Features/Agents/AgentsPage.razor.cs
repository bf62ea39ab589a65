using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>The agents of the registry, and the way to those of the Letta server.</summary>
public sealed partial class AgentsPage
{
    private static readonly IReadOnlyList<Choice<string>> Statuses = [new("", "Every status"), .. Choice.Of(Enum.GetNames<RunState>())];
    private static readonly IReadOnlyList<Choice<string>> Actives =
    [
        new("", "Active and inactive"),
        new("yes", "Active"),
        new("no", "Inactive"),
    ];

    private DataTable<AgentRow> _table = null!;
    private SyncPanel? _sync;
    private readonly Selection _selection = new();
    private IReadOnlyList<string> _tags = [];
    private string? _problem;
    private bool _maySelect;

    [SupplyParameterFromQuery(Name = "status")]
    public string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "active")]
    public string? Active { get; set; }

    [SupplyParameterFromQuery(Name = "tag")]
    public string? Tag { get; set; }

    [Inject]
    public required AgentService Agents { get; init; }

    [Inject]
    public required AgentExport Export { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    protected override async Task OnInitializedAsync()
    {
        Watch(ReloadListAsync, Tables.Agents);
        _maySelect = await User.MayAsync(Policies.OperateRegistry);
    }

    private async Task<PageOf<AgentRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        _tags = await Agents.TagsAsync(cancel);
        var found = await Agents.PageAsync(
            new(EnumText<RunState>.Find(Status), Active is "yes" or "no" ? Active == "yes" : null, Tag),
            page,
            cancel
        );
        StateHasChanged();
        return found;
    }

    private Task ReloadListAsync() => _table.ReloadAsync();

    private Task SynchroniseAsync() => _sync?.SynchroniseAsync() ?? Task.CompletedTask;

    private async Task CreateAsync()
    {
        if (
            await Dialogs.AskAsync<CreateDialog, NewlyMade>(
                new Dictionary<string, object?> { [nameof(CreateDialog.Form)] = NewAgentForm.Fresh() }
            ) is
            { Id: { } id } made
        )
        {
            Notices.Say($"{made.Name} was created on the Letta server and added to the registry.");
            Navigation.NavigateTo(Urls.Agent(id));
        }
    }

    private async Task ImportAsync()
    {
        if (await Dialogs.AskAsync<ImportDialog, int>() is > 0 and var count)
        {
            Notices.Say($"{AgentLabels.Count(count, "agent")} imported.");
        }

        await ReloadListAsync();
    }

    private async Task<string?> NameOfAsync(int id) => (await Agents.FindAsync(id, CancellationToken.None))?.Agent.Name;

    private async Task<string?> ActivateAsync(int id, string name, bool isActive) =>
        (await Agents.ActivateAsync(id, isActive, null, CancellationToken.None)).ProblemWith(name);

    private async Task<string?> ExportAsync()
    {
        if (
            !await Confirm.AskAsync(
                $"Export {Counts.Of(_selection.Ids.Count, "agent")}?",
                $"You get a ZIP file with a file for each. {AgentExport.About}",
                "Export",
                isDanger: false
            )
        )
        {
            return null;
        }

        var outcome = await Export.ExportAsync([.. _selection.Ids], CancellationToken.None);
        if (outcome is Outcome<ExportedFile>.Ok { Value: var file })
        {
            await using var content = file.Content;
            await Browser.DownloadAsync(file.Name, content);
        }

        return outcome.ProblemWith("The agents");
    }
}

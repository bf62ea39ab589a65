using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>The tools of the registry, by whose they are.</summary>
public sealed partial class ToolsPage : IDisposable
{
    private IReadOnlyList<ToolTab> _tabs = [];
    private IDisposable? _changes;

    [SupplyParameterFromQuery(Name = "view")]
    public string? View { get; set; }

    [Inject]
    public required ToolReader Reader { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private bool IsTable => View == "table";

    public void Dispose() => _changes?.Dispose();

    protected override Task OnInitializedAsync()
    {
        _changes = Feed.Subscribe(change => change.Tables.Overlaps(["tools", "tool_instances", "agents"]) ? InvokeAsync(ReadAsync) : Task.CompletedTask);
        return ReadAsync();
    }

    private async Task ReadAsync()
    {
        _tabs = await Reader.TabsAsync(CancellationToken.None);
        StateHasChanged();
    }

    private void SwitchView() => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("view", IsTable ? null : "table"));

    private async Task AddAsync()
    {
        if (await Dialogs.AskAsync<ToolDialog, ToolRow>(new Dictionary<string, object?> { [nameof(ToolDialog.Form)] = new ToolForm() }) is { } made)
        {
            Navigation.NavigateTo(Urls.Tool(made.Id));
        }
    }

    private async Task PasteAsync()
    {
        if (await Dialogs.AskAsync<CurlDialog, ToolRow>(new Dictionary<string, object?>()) is { } made)
        {
            Notices.Say($"{made.Name} is made.");
            await Dialogs.AskAsync<RunDialog, string>(RunDialog.For(made));
        }
    }
}

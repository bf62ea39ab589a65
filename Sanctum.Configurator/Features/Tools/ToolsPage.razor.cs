using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>The tools of the registry, by whose they are.</summary>
public sealed partial class ToolsPage
{
    private IReadOnlyList<ToolTab> _tabs = [];

    [SupplyParameterFromQuery(Name = "view")]
    public string? View { get; set; }

    [Inject]
    public required ToolReader Reader { get; init; }

    private bool IsTable => View == "table";

    protected override void OnInitialized() => Watch(Tables.Tools, Tables.ToolInstances, Tables.Agents);

    protected override async Task ReadAsync(CancellationToken cancel) => _tabs = await Reader.TabsAsync(cancel);

    private void SwitchView() => Navigation.Show("view", IsTable ? null : "table");

    private async Task AddAsync()
    {
        if (
            await Dialogs.AskAsync<ToolDialog, ToolRow>(new Dictionary<string, object?> { [nameof(ToolDialog.Form)] = new ToolForm() }) is
            { } made
        )
        {
            Navigation.NavigateTo(Urls.Tool(made.Id));
        }
    }

    private async Task PasteAsync()
    {
        if (await Dialogs.AskAsync<CurlDialog, ToolRow>(new Dictionary<string, object?>()) is { } made)
        {
            Notices.Say($"{made.Name} was created.");
            await Dialogs.AskAsync<RunDialog, string>(RunDialog.For(made));
        }
    }
}

using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>One tool: what it is, its instances, its schema and what it was before.</summary>
public sealed partial class ToolPage
{
    private IReadOnlyList<ToolVersionRow> _versions = [];
    private ToolView? _view;
    private string? _problem;

    [Parameter]
    public int Id { get; set; }

    [Inject]
    public required ToolReader Reader { get; init; }

    [Inject]
    public required ToolService Tools { get; init; }

    protected override object LoadKey => Id;

    protected override void OnInitialized() => Watch(Tables.Tools);

    protected override async Task ReadAsync(CancellationToken cancel) =>
        (_view, _versions) = (await Reader.FindAsync(Id, cancel), await Reader.VersionsAsync(Id, cancel));

    private async Task EnableAsync()
    {
        var tool = _view!.Tool;
        Tell(await Tools.EnableAsync(Id, !tool.IsEnabled, CancellationToken.None), tool.IsEnabled ? "is disabled" : "is enabled");
        await ReloadAsync();
    }

    private async Task EditAsync()
    {
        if (
            await Dialogs.AskAsync<ToolDialog, ToolRow>(
                new Dictionary<string, object?> { [nameof(ToolDialog.Form)] = ToolForm.Of(_view!) }
            ) is
            { } saved
        )
        {
            Notices.Say($"{saved.Name} was saved.");
        }

        await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        var tool = _view!.Tool;
        if (
            await Confirm.AskAsync($"Delete {tool.Name}?", ToolLabels.GoneWithIt, "Delete tool")
            && Tell(await Tools.DeleteAsync(Id, tool.Version, CancellationToken.None), "was deleted")
        )
        {
            Navigation.NavigateTo(Urls.Tools);
        }
    }

    private bool Tell(Outcome<ToolRow> outcome, string done)
    {
        _problem = outcome.ProblemWith(_view!.Tool.Name);
        if (_problem is null)
        {
            Notices.Say($"{_view!.Tool.Name} {done}.");
        }

        return _problem is null;
    }
}

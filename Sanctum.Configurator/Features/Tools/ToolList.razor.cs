using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Some of the tools, as cards or in a table.</summary>
public sealed partial class ToolList
{
    private const int CardsAtOnce = 48;
    private const int MostCards = 480;

    private DataTable<ToolRow>? _table;
    private PageOf<ToolRow>? _page;
    private ToolFilter? _shown;
    private string? _search;
    private string? _problem;
    private int _take = CardsAtOnce;

    [Parameter, EditorRequired]
    public required ToolFilter Filter { get; set; }

    [Parameter]
    public bool IsTable { get; set; }

    [Inject]
    public required ToolReader Reader { get; init; }

    [Inject]
    public required ToolService Tools { get; init; }

    protected override object LoadKey => (Filter, IsTable);

    protected override void OnInitialized() => Watch(FollowAsync, Tables.Tools, Tables.ToolInstances);

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        if (!IsTable)
        {
            (_shown, _take) = (Filter, _shown == Filter ? _take : CardsAtOnce);
            _page = await Reader.PageAsync(Filter, new(0, _take, Search: _search), cancel);
        }
    }

    private static string? TextOf(ToolRow tool) =>
        tool.Description is { Length: > 0 } description ? description
        : tool.Target != tool.Name ? tool.Target
        : null;

    private Task<PageOf<ToolRow>> ListAsync(PageRequest page, CancellationToken cancel) => Reader.PageAsync(Filter, page, cancel);

    private Task SearchAsync(string? search)
    {
        (_search, _take) = (search, CardsAtOnce);
        return ReloadAsync();
    }

    private Task MoreAsync()
    {
        _take = Math.Min(_take + CardsAtOnce, MostCards);
        return ReloadAsync();
    }

    private Task FollowAsync() => _table is not null && IsTable ? _table.ReloadAsync() : ReloadAsync();

    private async Task RunAsync(ToolRow tool)
    {
        _problem = null;
        await Dialogs.AskAsync<RunDialog, string>(RunDialog.For(tool));
        await FollowAsync();
    }

    private async Task EnableAsync(ToolRow tool) =>
        await TellAsync(
            tool,
            await Tools.EnableAsync(tool.Id, !tool.IsEnabled, CancellationToken.None),
            tool.IsEnabled ? "is disabled" : "is enabled"
        );

    private async Task DeleteAsync(ToolRow tool)
    {
        if (await Confirm.AskAsync($"Delete {tool.Name}?", ToolLabels.GoneWithIt, "Delete tool"))
        {
            await TellAsync(tool, await Tools.DeleteAsync(tool.Id, null, CancellationToken.None), "was deleted");
        }
    }

    private async Task TellAsync(ToolRow tool, Outcome<ToolRow> outcome, string done)
    {
        _problem = outcome.ProblemWith(tool.Name);
        if (_problem is null)
        {
            Notices.Say($"{tool.Name} {done}.");
        }

        await FollowAsync();
    }
}

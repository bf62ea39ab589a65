using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Some of the tools, as cards or in a table.</summary>
public sealed partial class ToolList : IDisposable
{
    private const int CardsAtOnce = 48;
    private const int MostCards = 480;

    private DataTable<ToolRow>? _table;
    private CancellationTokenSource? _reading;
    private IDisposable? _changes;
    private PageOf<ToolRow>? _page;
    private ToolFilter? _shown;
    private string? _search;
    private string? _problem;
    private int _take = CardsAtOnce;
    private bool _failed;

    [Parameter, EditorRequired]
    public required ToolFilter Filter { get; set; }

    [Parameter]
    public bool IsTable { get; set; }

    [Inject]
    public required ToolReader Reader { get; init; }

    [Inject]
    public required ToolService Tools { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required ILogger<ToolList> Log { get; init; }

    public void Dispose()
    {
        _changes?.Dispose();
        _reading?.Cancel();
    }

    protected override void OnInitialized() =>
        _changes = Feed.Subscribe(change => change.Tables.Overlaps(["tools", "tool_instances"]) ? InvokeAsync(ReadAsync) : Task.CompletedTask);

    protected override async Task OnParametersSetAsync()
    {
        if (!IsTable && (_shown != Filter || _page is null))
        {
            (_shown, _take) = (Filter, CardsAtOnce);
            await ReadAsync();
        }
    }

    private static string? TextOf(ToolRow tool) => tool.Description is { Length: > 0 } description ? description : tool.Target != tool.Name ? tool.Target : null;

    private Task<PageOf<ToolRow>> ListAsync(PageRequest page, CancellationToken cancel) => Reader.PageAsync(Filter, page, cancel);

    private Task SearchAsync(string? search)
    {
        (_search, _take) = (search, CardsAtOnce);
        return ReadAsync();
    }

    private Task MoreAsync()
    {
        _take = Math.Min(_take + CardsAtOnce, MostCards);
        return ReadAsync();
    }

    private async Task ReadAsync()
    {
        if (_table is not null && IsTable)
        {
            await _table.ReloadAsync();
            return;
        }

        _reading?.Cancel();
        using var reading = _reading = new();
        try
        {
            var page = await Reader.PageAsync(Filter, new(0, _take, Search: _search), reading.Token);
            (_page, _failed) = reading.IsCancellationRequested ? (_page, _failed) : (page, false);
        }
        catch (Exception) when (reading.IsCancellationRequested)
        {
            // Replaced by a newer reading, or the page was left.
        }
        catch (Exception e)
        {
            _failed = true;
            LogFailed(Log, e);
        }

        _reading = ReferenceEquals(_reading, reading) ? null : _reading;
        StateHasChanged();
    }

    private async Task RunAsync(ToolRow tool)
    {
        _problem = null;
        await Dialogs.AskAsync<RunDialog, string>(RunDialog.For(tool));
        await ReadAsync();
    }

    private async Task EnableAsync(ToolRow tool) =>
        await TellAsync(tool, await Tools.EnableAsync(tool.Id, !tool.IsEnabled, CancellationToken.None), tool.IsEnabled ? "is disabled" : "is enabled");

    private async Task DeleteAsync(ToolRow tool)
    {
        if (await Confirm.AskAsync($"Delete {tool.Name}?", ToolWords.GoneWithIt, "Delete tool"))
        {
            await TellAsync(tool, await Tools.DeleteAsync(tool.Id, null, CancellationToken.None), "is deleted");
        }
    }

    private async Task TellAsync(ToolRow tool, Outcome<ToolRow> outcome, string done)
    {
        _problem = outcome.ProblemWith(tool.Name);
        if (_problem is null)
        {
            Notices.Say($"{tool.Name} {done}.");
        }

        await ReadAsync();
    }

    [LoggerMessage(LogLevel.Error, "The tools could not be read")]
    private static partial void LogFailed(ILogger log, Exception exception);
}

using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>One tool: what it is, its instances, its schema and what it was before.</summary>
public sealed partial class ToolPage : IDisposable
{
    private IReadOnlyList<ToolVersionRow> _versions = [];
    private IDisposable? _changes;
    private ToolView? _view;
    private string? _problem;
    private int? _shownId;
    private bool _isRead;
    private bool _failed;

    [Parameter]
    public int Id { get; set; }

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
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required ILogger<ToolPage> Log { get; init; }

    public void Dispose() => _changes?.Dispose();

    protected override void OnInitialized() =>
        _changes = Feed.Subscribe(change => change.Tables.Contains("tools") ? InvokeAsync(ReadAsync) : Task.CompletedTask);

    protected override async Task OnParametersSetAsync()
    {
        if (_shownId != Id)
        {
            (_shownId, _isRead) = (Id, false);
            await ReadAsync();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            (_view, _versions, _isRead, _failed) = (await Reader.FindAsync(Id, CancellationToken.None), await Reader.VersionsAsync(Id, CancellationToken.None), true, false);
        }
        catch (Exception e)
        {
            _failed = true;
            LogFailed(Log, e, Id);
        }

        StateHasChanged();
    }

    private async Task EnableAsync()
    {
        var tool = _view!.Tool;
        Tell(await Tools.EnableAsync(Id, !tool.IsEnabled, CancellationToken.None), tool.IsEnabled ? "is disabled" : "is enabled");
        await ReadAsync();
    }

    private async Task EditAsync()
    {
        var (tool, version, schema) = _view!;
        var form = new ToolForm
        {
            Id = Id,
            Version = tool.Version,
            Name = tool.Name,
            Emoji = tool.Emoji,
            Description = tool.Description,
            Category = tool.Category,
            ToolType = tool.ToolType,
            ToolVersion = version,
            ConfigSchema = schema,
        };
        if (await Dialogs.AskAsync<ToolDialog, ToolRow>(new Dictionary<string, object?> { [nameof(ToolDialog.Form)] = form }) is { } saved)
        {
            Notices.Say($"{saved.Name} is saved.");
        }

        await ReadAsync();
    }

    private async Task DeleteAsync()
    {
        var tool = _view!.Tool;
        if (await Confirm.AskAsync($"Delete {tool.Name}?", ToolWords.GoneWithIt, "Delete tool") && Tell(await Tools.DeleteAsync(Id, tool.Version, CancellationToken.None), "is deleted"))
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

    [LoggerMessage(LogLevel.Error, "Tool {ToolId} could not be read")]
    private static partial void LogFailed(ILogger log, Exception exception, int toolId);
}

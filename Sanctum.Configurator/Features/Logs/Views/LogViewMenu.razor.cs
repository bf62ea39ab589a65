using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Logs.Views;

/// <summary>The views beside the search: choose one, save the search as one, and manage them.</summary>
public sealed partial class LogViewMenu : IDisposable
{
    /// <summary>The table that the change feed names.</summary>
    internal const string Table = "log_views";

    /// <summary>So many are listed; the dialog has a search for more.</summary>
    private const int MostShown = 50;

    private readonly CancellationTokenSource _gone = new();
    private IDisposable? _changes;
    private IReadOnlyList<LogViewRow>? _views;
    private bool _failed;

    /// <summary>What is searched for now.</summary>
    [Parameter, EditorRequired]
    public string Query { get; set; } = "";

    /// <summary>The page's address with this search.</summary>
    [Parameter, EditorRequired]
    public Func<string, string> UrlOf { get; set; } = null!;

    /// <summary>More that is done with the search.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    public required LogViewService Views { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required ILogger<LogViewMenu> Log { get; init; }

    public void Dispose()
    {
        _changes?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync()
    {
        _changes = Feed.Subscribe(change => change.Tables.Contains(Table) ? InvokeAsync(FollowAsync) : Task.CompletedTask);
        return ReadAsync();
    }

    private async Task FollowAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        try
        {
            var page = await Views.ListAsync(new(0, MostShown), _gone.Token);
            _views = [.. page.Items.OrderBy(view => view.Name, StringComparer.OrdinalIgnoreCase).ThenBy(view => view.Id)];
            _failed = false;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
        {
            LogFailed(Log, e);
            _failed = true;
        }
    }

    private async Task SaveAsync()
    {
        if (await Dialogs.AskAsync<LogViewDialog, string>(new Dictionary<string, object?> { [nameof(LogViewDialog.Form)] = new LogViewForm { Query = Query } }) is { } said)
        {
            Notices.Say(said, Tone.Good);
            await ReadAsync();
        }
    }

    private async Task ManageAsync()
    {
        await Dialogs.AskAsync<LogViewsDialog, bool>();
        await ReadAsync();
    }

    [LoggerMessage(LogLevel.Error, "The views of the logs could not be read for a page")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

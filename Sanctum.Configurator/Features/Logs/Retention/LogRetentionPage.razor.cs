using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>What is stored of the logs, how long it stays, and its removal.</summary>
public sealed partial class LogRetentionPage : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private DataTable<LogStockRow>? _table;
    private LogRetentionRow? _rules;
    private LogStock? _stock;
    private CancellationTokenSource? _removing;
    private IDisposable? _changes;
    private string? _problem;
    private long _removed;
    private bool _failed;

    [Inject]
    public required LogRetentionService Retention { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required ILogger<LogRetentionPage> Log { get; init; }

    /// <summary>Bytes that all may take.</summary>
    private double Room => _rules!.Megabytes * 1_048_576.0;

    private string RulesText => _rules!.Version == 0 ? "These are the defaults; nobody has changed them." : "How long lines stay, by level, or by level and source.";

    public void Dispose()
    {
        _changes?.Dispose();
        _removing?.Cancel();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _changes = Feed.Subscribe(change => change.Tables.Contains("log_retention") ? InvokeAsync(LoadAgainAsync) : Task.CompletedTask);
        await LoadAsync();
    }

    private static string Days(int days) => days == 1 ? "1 day" : $"{days.ToString("N0", CultureInfo.InvariantCulture)} days";

    private static string Lines(long lines) => lines == 1 ? "1 line" : $"{lines.ToString("N0", CultureInfo.InvariantCulture)} lines";

    private async Task LoadAsync()
    {
        try
        {
            (_rules, _stock, _failed) = (await Retention.ReadAsync(_gone.Token), await Retention.StockAsync(null, _gone.Token), false);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException)
        {
            _failed = true;
            LogFailed(Log, e);
        }
    }

    private async Task LoadAgainAsync()
    {
        await LoadAsync();
        if (_table is not null)
        {
            await _table.ReloadAsync();
        }

        StateHasChanged();
    }

    private Task<PageOf<LogStockRow>> PageAsync(PageRequest request, CancellationToken cancel) =>
        Task.FromResult(new PageOf<LogStockRow>([.. _stock!.Items.Skip(request.Skip).Take(request.Take)], _stock.Items.Count));

    private async Task ChangeAsync()
    {
        if (await Dialogs.AskAsync<LogRetentionDialog, bool>(new Dictionary<string, object?> { [nameof(LogRetentionDialog.Rules)] = _rules }))
        {
            Notices.Say("The rules are saved.");
            await LoadAgainAsync();
        }
    }

    private Task CleanUpAsync() => RemoveAsync(Retention.CleanUpAsync);

    private async Task DeleteAsync()
    {
        if (await Dialogs.AskAsync<LogDeleteDialog, LogDeleteForm>(new Dictionary<string, object?> { [nameof(LogDeleteDialog.Stock)] = _stock }) is { } form)
        {
            await RemoveAsync((progress, cancel) => Retention.DeleteAsync(form, progress, cancel));
        }
    }

    private async Task RemoveAsync(Func<Action<long>, CancellationToken, Task<Outcome<LogRemoval>>> remove)
    {
        using var removing = _removing = new CancellationTokenSource();
        (_removed, _problem) = (0, null);
        try
        {
            var outcome = await remove(removed => _ = InvokeAsync(() => Tell(removed)), removing.Token);
            _problem = outcome is Outcome<LogRemoval>.Refused refused ? string.Join(' ', refused.Reasons.Values) : null;
            if (outcome is Outcome<LogRemoval>.Done done)
            {
                Notices.Say($"Removed: {Lines(done.Value.Removed)}.");
            }
        }
        catch (OperationCanceledException) when (removing.IsCancellationRequested)
        {
            Notices.Say("Stopped. What was removed by then is gone.");
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException)
        {
            _problem = "The lines could not be removed. The reason is in the console's log.";
            LogFailed(Log, e);
        }

        _removing = null;
        await LoadAgainAsync();
    }

    private void Tell(long removed)
    {
        _removed = removed;
        StateHasChanged();
    }

    [LoggerMessage(LogLevel.Error, "The stored logs could not be counted or removed for a page")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

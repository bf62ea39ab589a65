using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>What is stored of the logs, how long it stays, and its removal.</summary>
public sealed partial class LogRetentionPage
{
    private DataTable<LogStockRow>? _table;
    private LogRetentionRow? _rules;
    private LogStock? _stock;
    private CancellationTokenSource? _removing;
    private string? _problem;
    private long _removed;

    [Inject]
    public required LogRetentionService Retention { get; init; }

    [Inject]
    public required ILogger<LogRetentionPage> Log { get; init; }

    /// <summary>Bytes that all may take.</summary>
    private double Room => _rules!.Megabytes * 1_048_576.0;

    private string RulesText =>
        _rules!.Version == 0 ? "These are the default rules." : "How long lines are kept, by level, or by level and source.";

    protected override void OnInitialized() => Watch(LoadAgainAsync, Tables.LogRetention);

    protected override void Dispose(bool isDisposing)
    {
        _removing?.Cancel();
        base.Dispose(isDisposing);
    }

    protected override async Task ReadAsync(CancellationToken cancel) =>
        (_rules, _stock) = (await Retention.ReadAsync(cancel), await Retention.StockAsync(null, cancel));

    private static string Days(int days) => days == 1 ? "1 day" : $"{days.ToString("N0", CultureInfo.InvariantCulture)} days";

    private static string Lines(long lines) => lines == 1 ? "1 line" : $"{lines.ToString("N0", CultureInfo.InvariantCulture)} lines";

    private async Task LoadAgainAsync()
    {
        await ReloadAsync();
        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }

    private Task<PageOf<LogStockRow>> PageAsync(PageRequest request, CancellationToken cancel) =>
        Task.FromResult(new PageOf<LogStockRow>([.. _stock!.Items.Skip(request.Skip).Take(request.Take)], _stock.Items.Count));

    private async Task ChangeAsync()
    {
        if (
            await Dialogs.AskAsync<LogRetentionDialog, bool>(
                new Dictionary<string, object?> { [nameof(LogRetentionDialog.Rules)] = _rules }
            )
        )
        {
            Notices.Say("The rules were saved.");
            await LoadAgainAsync();
        }
    }

    private Task CleanUpAsync() => RemoveAsync(Retention.CleanUpAsync);

    private async Task DeleteAsync()
    {
        if (
            await Dialogs.AskAsync<LogDeleteDialog, LogDeleteForm>(
                new Dictionary<string, object?> { [nameof(LogDeleteDialog.Stock)] = _stock }
            ) is
            { } form
        )
        {
            await RemoveAsync((progress, cancel) => Retention.DeleteAsync(form, progress, cancel));
        }
    }

    private async Task RemoveAsync(Func<IProgress<long>, CancellationToken, Task<Outcome<LogRemoval>>> remove)
    {
        using var removing = _removing = new CancellationTokenSource();
        (_removed, _problem) = (0, null);
        try
        {
            var outcome = await remove(new DirectProgress<long>(removed => _ = InvokeAsync(() => Tell(removed))), removing.Token);
            _problem = outcome is Outcome<LogRemoval>.Invalid refused ? string.Join(' ', refused.Reasons.Values) : null;
            if (outcome is Outcome<LogRemoval>.Ok done)
            {
                Notices.Say($"Removed: {Lines(done.Value.Removed)}.");
            }
        }
        catch (OperationCanceledException) when (removing.IsCancellationRequested)
        {
            Notices.Say("Stopped. Lines removed so far can't be restored.");
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException)
        {
            _problem = "The lines could not be removed. See the console's log for details.";
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

    [LoggerMessage(LogLevel.Error, "The stored logs could not be removed for a page")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

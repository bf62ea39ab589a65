using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>Asks which lines are to be deleted, says how many that are, and asks once more whether.</summary>
public sealed partial class LogDeleteDialog : IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly EditContext _context = new(new object());
    private CancellationTokenSource? _counting;
    private LogStock? _counted;
    private bool _failed;
    private string _group = "";
    private string _typed = "";
    private int _days = 30;

    [Parameter, EditorRequired]
    public required LogStock Stock { get; set; }

    [Inject]
    public required LogRetentionService Retention { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<LogDeleteDialog> Log { get; init; }

    private IReadOnlyList<Choice<string>> Groups =>
        [new("", "All lines"), .. Stock.Items.Select(row => row.Level).Distinct().Select(level => new Choice<string>(level, $"All {level}")), .. Stock.Items.Select(row => new Choice<string>($"{row.Level} {row.Source}", $"{row.Level} {row.Source}"))];

    /// <summary>So many days there are: others name no time.</summary>
    private bool IsTime => _days is >= 0 and <= LogRetentionForm.LongestDays;

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    protected override Task OnInitializedAsync() => CountAsync();

    private static string Number(long lines) => lines.ToString("N0", CultureInfo.InvariantCulture);

    private Task SetDaysAsync(int days)
    {
        _days = days;
        return CountAsync();
    }

    /// <summary>Counts what goes by these days; days that are typed meanwhile end it.</summary>
    private async Task CountAsync()
    {
        // The new one is there before the old one ends, so that it is said all the time that something is counted.
        var before = _counting;
        using var counting = IsTime ? CancellationTokenSource.CreateLinkedTokenSource(_closed.Token) : null;
        (_counting, _counted, _failed) = (counting, null, false);
        await (before?.CancelAsync() ?? Task.CompletedTask);
        if (counting is null)
        {
            return;
        }

        try
        {
            var counted = await Retention.StockAsync(new() { OtherDays = _days }, counting.Token);
            _counted = counting.IsCancellationRequested ? null : counted;
        }
        catch (Exception) when (counting.IsCancellationRequested)
        {
            // Other days were typed, or the dialog was closed: whatever became of these no longer matters.
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException)
        {
            _failed = true;
            LogFailed(Log, e);
        }
        finally
        {
            _counting = ReferenceEquals(_counting, counting) ? null : _counting;
        }
    }

    private string EffectOf(LogStock stock)
    {
        var rows = stock.Items.Where(IsChosen).ToList();
        var (lines, due) = (rows.Sum(row => row.Lines), rows.Sum(row => row.Due));
        return lines == 0 ? "No matching lines."
            : due == 0 ? $"None of the {Number(lines)} lines is older than {Number(_days)} days."
            : $"Removes {Number(due)} of {Number(lines)} lines: those older than {Number(_days)} days, the oldest of {rows.Min(row => row.Oldest).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC.";
    }

    private bool IsChosen(LogStockRow row) => _group.Length == 0 || _group == row.Level || _group == $"{row.Level} {row.Source}";

    private void Confirm()
    {
        var words = _group.Split(' ', 2);
        if (_typed == "delete" && IsTime)
        {
            Shown.Close(new LogDeleteForm(Clock.GetUtcNow().AddDays(-_days), words[0].Length > 0 ? words[0] : null, words.Length > 1 ? words[1] : null));
        }
    }

    [LoggerMessage(LogLevel.Error, "The lines that would be deleted could not be counted")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

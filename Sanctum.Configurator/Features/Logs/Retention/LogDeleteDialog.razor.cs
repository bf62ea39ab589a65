using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>Asks which lines are to be deleted, says how many that are, and asks once more whether.</summary>
public sealed partial class LogDeleteDialog
{
    private const string Confirmation = "delete";

    private CancellationTokenSource? _counting;
    private LogStock? _counted;
    private bool _failed;

    [Parameter, EditorRequired]
    public required LogStock Stock { get; set; }

    [Inject]
    public required LogRetentionService Retention { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<LogDeleteDialog> Log { get; init; }

    private IReadOnlyList<Choice<string>> Groups =>
        [
            new("", "All lines"),
            .. Stock.Items.Select(row => row.Level).Distinct().Select(level => new Choice<string>(level, $"All {level}")),
            .. Stock.Items.Select(row => new Choice<string>($"{row.Level} {row.Source}", $"{row.Level} {row.Source}")),
        ];

    /// <summary>So many days there are: others name no time.</summary>
    private bool IsTime => Form.Days is >= 0 and <= LogRetentionForm.LongestDays;

    protected override string Thing => "log";

    protected override Task OnFilledAsync() => CountAsync();

    private static string Number(long lines) => lines.ToString("N0", CultureInfo.InvariantCulture);

    private Task SetDaysAsync(int days)
    {
        Form.Days = days;
        return CountAsync();
    }

    /// <summary>Counts what goes by these days; days that are typed meanwhile end it.</summary>
    private async Task CountAsync()
    {
        // The new one is there before the old one ends, so that it is said all the time that something is counted.
        var before = _counting;
        using var counting = IsTime ? CancellationTokenSource.CreateLinkedTokenSource(Closed) : null;
        (_counting, _counted, _failed) = (counting, null, false);
        await (before?.CancelAsync() ?? Task.CompletedTask);
        if (counting is null)
        {
            return;
        }

        try
        {
            var counted = await Retention.StockAsync(new() { OtherDays = Form.Days }, counting.Token);
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
            : due == 0 ? $"None of the {Number(lines)} lines is older than {Number(Form.Days)} days."
            : $"Removes {Number(due)} of {Number(lines)} lines: those older than {Number(Form.Days)} days, the oldest of {rows.Min(row => row.Oldest).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC.";
    }

    private bool IsChosen(LogStockRow row) =>
        Form.Group.Length == 0 || Form.Group == row.Level || Form.Group == $"{row.Level} {row.Source}";

    /// <summary>Whoever opened it deletes them, and shows how far that is.</summary>
    protected override Task<Outcome<LogDeleteForm>> SaveAsync()
    {
        var words = Form.Group.Split(' ', 2);
        var form = new LogDeleteForm(
            Clock.GetUtcNow().AddDays(-Form.Days),
            words[0].Length > 0 ? words[0] : null,
            words.Length > 1 ? words[1] : null
        );
        return Task.FromResult<Outcome<LogDeleteForm>>(new Outcome<LogDeleteForm>.Ok(form));
    }

    [LoggerMessage(LogLevel.Error, "The lines that would be deleted could not be counted")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    public sealed class Which
    {
        /// <summary>Lines that are older than so many days.</summary>
        public int Days { get; set; } = 30;

        /// <summary>A level, or a level and a source; empty for all lines.</summary>
        public string Group { get; set; } = "";

        public string Confirm { get; set; } = "";
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>Asks which lines are to be deleted, and once more whether.</summary>
public sealed partial class LogDeleteDialog
{
    private readonly EditContext _context = new(new object());
    private string _group = "";
    private string _typed = "";
    private int _days = 30;

    [Parameter, EditorRequired]
    public required LogStock Stock { get; set; }

    [Inject]
    public required Dialogs Dialogs { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    private IReadOnlyList<Choice<string>> Groups =>
        [new("", "All lines"), .. Stock.Items.Select(row => row.Level).Distinct().Select(level => new Choice<string>(level, $"All {level}")), .. Stock.Items.Select(row => new Choice<string>($"{row.Level} {row.Source}", $"{row.Level} {row.Source}"))];

    private string Effect => Stock.Items.Where(IsChosen).ToList() is { Count: > 0 } rows
        ? $"Of {rows.Sum(row => row.Lines).ToString("N0", CultureInfo.InvariantCulture)} lines, the oldest of {rows.Min(row => row.Oldest).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC."
        : "There are no such lines.";

    private bool IsChosen(LogStockRow row) => _group.Length == 0 || _group == row.Level || _group == $"{row.Level} {row.Source}";

    private void Confirm()
    {
        var words = _group.Split(' ', 2);
        if (_typed == "delete" && _days >= 0)
        {
            Dialogs.Close(new LogDeleteForm(Clock.GetUtcNow().AddDays(-_days), words[0].Length > 0 ? words[0] : null, words.Length > 1 ? words[1] : null));
        }
    }
}

using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>The recorded changes of the active settings, compared and restored.</summary>
public sealed partial class SettingsHistoryPage
{
    private readonly SortedSet<long> _ticked = [];
    private readonly IReadOnlyList<Choice<string>> _columns =
    [
        new("", "All settings"),
        .. Setting.All.Select(s => new Choice<string>(s.Column, s.Label)),
    ];
    private DataTable<SettingsChangeRow> _table = null!;
    private IReadOnlyList<Change>? _comparison;
    private string? _comparisonTitle;
    private string? _problem;
    private string _column = "";
    private long _point;
    private bool _canWrite;

    [Inject]
    public required SettingsHistory History { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    protected override async Task OnInitializedAsync()
    {
        Watch(() => _table.ReloadAsync(), Tables.SystemConfig);
        _canWrite = await User.MayAsync(Policies.WriteSettings);
    }

    private Task<PageOf<SettingsChangeRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        History.ListAsync(null, _column.Length == 0 ? null : _column, page, cancel);

    private void Tick(long change)
    {
        if (!_ticked.Remove(change))
        {
            _ticked.Add(change);
        }

        while (_ticked.Count > 2)
        {
            _ticked.Remove(_ticked.First(t => t != change));
        }
    }

    private async Task CompareAsync()
    {
        var (from, to) = (_ticked.Min, _ticked.Count == 2 ? _ticked.Max : (long?)null);
        _point = from;
        _comparisonTitle = to is null ? $"From change {from} to now" : $"From change {from} to change {to}";
        _comparison = [.. (await History.CompareAsync(null, from, to, CancellationToken.None)).Select(Shown)];
    }

    private void CloseComparison()
    {
        _comparison = null;
        _ticked.Clear();
    }

    private async Task RestoreAsync(long change, IReadOnlyList<string>? columns)
    {
        _problem = null;
        var differences = (await History.CompareAsync(null, null, change, CancellationToken.None))
            .Where(d => columns?.Contains(d.Column) != false)
            .ToList();
        var text = string.Join(
            "; ",
            differences.Select(d => $"{LabelOf(d.Column)}: {SettingField.ShownText(d.From)} → {SettingField.ShownText(d.To)}")
        );
        if (differences.Count == 0)
        {
            _problem = "Nothing to restore: the settings are the same as they were then.";
            return;
        }

        if (
            await Confirm.AskAsync($"Restore to change {change}?", text, "Restore", isDanger: false)
            && await User.MayAsync(Policies.WriteSettings)
        )
        {
            Show(
                await History.RestoreAsync(null, change, columns, CancellationToken.None),
                differences.Count == 1 ? "1 setting restored." : $"{differences.Count} settings restored."
            );
            await _table.ReloadAsync();
        }
    }

    private async Task UndoAsync(SettingsChangeRow row)
    {
        _problem = null;
        var text = string.Join(
            "; ",
            row.Changes.Where(IsValue)
                .Select(c => $"{LabelOf(c.Column)}: {SettingField.ShownText(c.To)} → {SettingField.ShownText(c.From)}")
        );
        if (await Confirm.AskAsync($"Undo change {row.Id}?", text, "Undo", isDanger: false) && await User.MayAsync(Policies.WriteSettings))
        {
            Show(await History.UndoAsync(null, row.Id, CancellationToken.None), "The change was undone.");
            await _table.ReloadAsync();
        }
    }

    private void Show(Outcome<SettingsView> outcome, string done)
    {
        _problem = outcome switch
        {
            Outcome<SettingsView>.Invalid refused => string.Join(' ', refused.Reasons.Values),
            Outcome<SettingsView>.Ok => null,
            _ => "Nothing was changed, because the settings were changed at the same time. Try again.",
        };
        if (_problem is null)
        {
            Notices.Say(done);
            CloseComparison();
        }
    }

    private static bool HasValues(SettingsChangeRow row) => row.Changes.Any(IsValue);

    private static bool IsValue(ColumnChange change) => Setting.Find(change.Column) is { IsSecret: false };

    private static IReadOnlyList<Change> Shown(SettingsChangeRow row) => [.. row.Changes.Select(Shown)];

    private static Change Shown(ColumnChange change) => new(LabelOf(change.Column), change.From, change.To);

    private static string LabelOf(string column) => Setting.Find(column)?.Label ?? column;

    private static string WordsOf(SettingsChangeRow row) =>
        row.Act switch
        {
            "insert" => "The settings were created with their defaults.",
            "reveal" => $"Revealed {string.Join(", ", row.Changes.Select(c => LabelOf(c.Column)))}.",
            "export" => $"Exported {string.Join(", ", row.Changes.Select(c => LabelOf(c.Column)))}, encrypted.",
            _ => row.Act,
        };
}

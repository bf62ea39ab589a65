using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>Changes how long lines are kept, and says before what that will remove.</summary>
public sealed partial class LogRetentionDialog
{
    private static readonly IReadOnlyList<string> LevelWords = [.. Enum.GetValues<LogLevelWord>().Select(EnumText<LogLevelWord>.Of)];

    private readonly Dictionary<string, int?> _levels = [];
    private string _exceptions = "";
    private string? _effect;
    private string? _mistake;

    [Parameter, EditorRequired]
    public required LogRetentionRow Rules { get; set; }

    [Inject]
    public required LogRetentionService Retention { get; init; }

    protected override string Thing => "set of rules";

    protected override void OnInitialized()
    {
        (Form.Days, Form.OtherDays, Form.Megabytes, Form.Version) = (new(Rules.Days), Rules.OtherDays, Rules.Megabytes, Rules.Version);
        base.OnInitialized();
    }

    protected override Task OnFilledAsync() => WeighAsync();

    protected override void OnFilled()
    {
        foreach (var level in LevelWords)
        {
            _levels[level] = Form.Days.TryGetValue(level, out var days) ? days : null;
        }

        _exceptions = string.Join(
            '\n',
            Form.Days.Where(rule => !LevelWords.Contains(rule.Key))
                .OrderBy(rule => rule.Key, StringComparer.Ordinal)
                .Select(rule => $"{rule.Key} {rule.Value}")
        );
    }

    private async Task SetAsync(Action set)
    {
        set();
        await WeighAsync();
    }

    /// <summary>Puts the fields into the form, and says what it would remove.</summary>
    private async Task WeighAsync()
    {
        (Form.Days, _mistake) = Read();
        if (_mistake is not null || FormRules.Check(Form).Count > 0)
        {
            _effect = null;
            return;
        }

        try
        {
            var due = (await Retention.StockAsync(Form, Closed)).Items.Sum(row => row.Due);
            _effect =
                due == 0
                    ? "The next clean-up removes nothing by these rules."
                    : $"The next clean-up removes {due.ToString("N0", CultureInfo.InvariantCulture)} lines by these rules.";
        }
        catch (OperationCanceledException) when (Closed.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
    }

    private (Dictionary<string, int> Days, string? Mistake) Read()
    {
        var days = _levels.Where(level => level.Value is not null).ToDictionary(level => level.Key, level => level.Value!.Value);
        foreach (var line in _exceptions.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (
                words.Length != 3
                || !LevelWords.Contains(words[0].ToUpperInvariant())
                || !int.TryParse(words[2], CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > LogRetentionForm.LongestDays
            )
            {
                return (days, $"“{line}” is not valid. Enter a level, a source and days, such as INFO agent 14.");
            }

            days[$"{words[0].ToUpperInvariant()} {words[1]}"] = number;
        }

        return (days, null);
    }

    protected override async Task<Outcome<LogRetentionRow>> SaveAsync() =>
        _mistake is not null ? NotYet : await Retention.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(LogRetentionRow saved) => true;

    protected override Task<LogRetentionForm?> FindTheirsAsync(LogRetentionRow current) =>
        Task.FromResult<LogRetentionForm?>(
            new()
            {
                Days = new(current.Days),
                OtherDays = current.OtherDays,
                Megabytes = current.Megabytes,
                Version = current.Version,
            }
        );
}

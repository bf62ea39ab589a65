using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>Changes how long lines are kept, and says before what that will remove.</summary>
public sealed partial class LogRetentionDialog : IDisposable
{
    private static readonly IReadOnlyList<string> LevelWords = [.. Enum.GetValues<LogLevelWord>().Select(Words<LogLevelWord>.Of)];

    private readonly CancellationTokenSource _closed = new();
    private readonly Dictionary<string, int?> _levels = [];
    private EditContext _context = null!;
    private LogRetentionForm _form = null!;
    private string _exceptions = "";
    private string? _effect;
    private string? _mistake;
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required LogRetentionRow Rules { get; set; }

    [Inject]
    public required LogRetentionService Retention { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Take(Rules);
        await WeighAsync();
    }

    private void Take(LogRetentionRow rules)
    {
        _form = new() { OtherDays = rules.OtherDays, Megabytes = rules.Megabytes, Version = rules.Version };
        _context = new(_form);
        foreach (var level in LevelWords)
        {
            _levels[level] = rules.Days.TryGetValue(level, out var days) ? days : null;
        }

        _exceptions = string.Join('\n', rules.Days.Where(rule => !LevelWords.Contains(rule.Key)).OrderBy(rule => rule.Key, StringComparer.Ordinal).Select(rule => $"{rule.Key} {rule.Value}"));
    }

    private async Task SetAsync(Action set)
    {
        set();
        await WeighAsync();
    }

    /// <summary>Puts the fields into the form, and says what it would remove.</summary>
    private async Task WeighAsync()
    {
        (_form.Days, _mistake) = Read();
        if (_mistake is not null || FormRules.Check(_form).Count > 0)
        {
            _effect = null;
            return;
        }

        try
        {
            var due = (await Retention.StockAsync(_form, _closed.Token)).Items.Sum(row => row.Due);
            _effect = due == 0 ? "The next clean-up removes nothing by these rules." : $"The next clean-up removes {due.ToString("N0", CultureInfo.InvariantCulture)} lines by these rules.";
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
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
            if (words.Length != 3 || !LevelWords.Contains(words[0].ToUpperInvariant()) || !int.TryParse(words[2], CultureInfo.InvariantCulture, out var number) || number is < 1 or > LogRetentionForm.LongestDays)
            {
                return (days, $"“{line}” is no level, source and days, such as INFO agent 14.");
            }

            days[$"{words[0].ToUpperInvariant()} {words[1]}"] = number;
        }

        return (days, null);
    }

    private async Task SaveAsync()
    {
        if (_mistake is not null)
        {
            return;
        }

        _isBusy = true;
        switch (await Retention.SaveAsync(_form, CancellationToken.None))
        {
            case Outcome<LogRetentionRow>.Done:
                Shown.Close(true);
                break;
            case Outcome<LogRetentionRow>.Stale stale:
                Take(stale.Current);
                _problem = "Somebody else changed the rules meanwhile: these are theirs. Repeat your change on them.";
                await WeighAsync();
                break;
            case Outcome<LogRetentionRow>.Refused refused:
                _problem = string.Join(' ', refused.Reasons.Values);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        _isBusy = false;
    }
}

using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>A value that was typed and not saved, and the mark of the stored value it is based on.</summary>
public sealed record DraftValue(string Text, string Mark);

/// <summary>Somebody else changed a field that is being edited here.</summary>
/// <param name="Theirs">The stored value now, as shown.</param>
/// <param name="Mine">The typed value, as shown.</param>
public sealed record DraftConflict(Setting Setting, string Theirs, string Mine);

/// <summary>
/// What an operator has typed over the stored settings. Takes in what others save meanwhile: untouched fields follow it, touched ones
/// wait for his decision.
/// </summary>
public sealed class SettingsDraft(SettingsView view)
{
    private readonly Dictionary<string, DraftValue> _typed = [];
    private readonly Dictionary<string, string> _refusals = [];

    public SettingsView View { get; private set; } = view;

    public bool IsEmpty => _typed.Count == 0;

    /// <summary>The typed values, to be kept where a lost connection can't reach them.</summary>
    public IReadOnlyDictionary<string, DraftValue> Typed => _typed;

    /// <summary>What the field shows: the typed text, else the value in force; of a secret only what was typed.</summary>
    public string TextOf(SettingField field) =>
        _typed.GetValueOrDefault(field.Setting.Column)?.Text ?? (field.Secret is null ? field.Effective ?? "" : "");

    public bool IsChanged(string column) => _typed.ContainsKey(column);

    /// <summary>The secret is to be cleared by the next save.</summary>
    public bool IsCleared(string column) => _typed.GetValueOrDefault(column) is { Text: "" } && View[column].Secret is not null;

    public void Type(string column, string? text)
    {
        var field = View[column];
        _refusals.Remove(column);
        if (field.IsPinned || (field.Secret is null ? Same(field, text) : string.IsNullOrEmpty(text)))
        {
            _typed.Remove(column);
        }
        else
        {
            _typed[column] = new(text ?? "", _typed.GetValueOrDefault(column)?.Mark ?? field.Mark);
        }
    }

    public void ClearSecret(string column) => _typed[column] = new("", View[column].Mark);

    public void Forget(string column)
    {
        _typed.Remove(column);
        _refusals.Remove(column);
    }

    public void Discard()
    {
        _typed.Clear();
        _refusals.Clear();
    }

    /// <summary>Takes back what was typed before the connection was lost.</summary>
    public void Recall(IReadOnlyDictionary<string, DraftValue> typed)
    {
        foreach (
            var (column, value) in typed.Where(t =>
                Setting.Find(t.Key) is not null && !View[t.Key].IsPinned && !Same(View[t.Key], t.Value.Text)
            )
        )
        {
            _typed[column] = value;
        }
    }

    /// <summary>Takes in the settings as they are now.</summary>
    /// <returns>The fields that others changed and that were not being edited here.</returns>
    public IReadOnlyList<SettingField> Receive(SettingsView now)
    {
        var followed = now.Fields.Where(f => f.Mark != View[f.Setting.Column].Mark && !_typed.ContainsKey(f.Setting.Column)).ToList();
        View = now;
        foreach (var column in _typed.Where(t => now[t.Key].Secret is null && Same(now[t.Key], t.Value.Text)).Select(t => t.Key).ToList())
        {
            // They typed the same.
            _typed.Remove(column);
        }

        return followed;
    }

    /// <summary>Fields whose stored value is no longer the one that was edited.</summary>
    public IReadOnlyList<DraftConflict> Conflicts =>
        [
            .. _typed
                .Where(t => t.Value.Mark != View[t.Key].Mark)
                .Select(t => new DraftConflict(View[t.Key].Setting, View[t.Key].Shown, ShownOf(View[t.Key].Setting, t.Value.Text))),
        ];

    public void KeepMine(string column) => _typed[column] = _typed[column] with { Mark = View[column].Mark };

    /// <summary>What the next save will do, from what to what.</summary>
    public IReadOnlyList<Change> Changes =>
        [
            .. View
                .Fields.Where(f => _typed.ContainsKey(f.Setting.Column))
                .Select(f => new Change(f.Setting.Label, f.Shown, ShownOf(f.Setting, _typed[f.Setting.Column].Text))),
        ];

    public void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        foreach (var (column, reason) in reasons)
        {
            _refusals[column] = reason;
        }
    }

    /// <summary>What is wrong with the typed values, by column.</summary>
    public IReadOnlyDictionary<string, string> Errors
    {
        get
        {
            var errors = new Dictionary<string, string>(_refusals);
            var values = View.Fields.ToDictionary(f => f.Setting.Column, f => f.Effective);
            foreach (var (column, value) in _typed)
            {
                var (text, reason) = SettingRules.Check(View[column].Setting, value.Text);
                values[column] = text ?? View[column].Setting.Default;
                if (reason is not null)
                {
                    errors[column] = reason;
                }
            }

            foreach (var (column, reason) in SettingRules.CheckTogether(values, _typed.Keys.Where(c => !errors.ContainsKey(c)).ToHashSet()))
            {
                errors.TryAdd(column, reason);
            }

            return errors;
        }
    }

    public SettingsEdit ToEdit() => new([.. _typed.Select(t => new SettingChange(t.Key, t.Value.Text, t.Value.Mark))], View.Environment);

    /// <summary>The typed values as the connection test takes them.</summary>
    public IReadOnlyDictionary<string, string?> Unsaved => _typed.ToDictionary(t => t.Key, t => (string?)t.Value.Text);

    private static bool Same(SettingField field, string? text) =>
        field.Secret is null
        && (
            SettingRules.Check(field.Setting, text) is { Value: { } value, Reason: null } ? value
            : string.IsNullOrWhiteSpace(text) ? field.Setting.Default
            : text
        ) == field.Effective
        && (!string.IsNullOrWhiteSpace(text) || field.Effective is null);

    private static string ShownOf(Setting setting, string text) =>
        setting.IsSecret
            ? text.Length == 0
                ? "not set"
                : "a new secret"
            : text.Trim() is { Length: > 0 } value
                ? value
                : $"the default ({SettingField.ShownText(setting.Default)})";
}

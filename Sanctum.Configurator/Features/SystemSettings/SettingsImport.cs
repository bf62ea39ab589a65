using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>
/// What an import does where the file and the registry differ. A stored value that equals the default was chosen by nobody, so all but
/// <see cref="OnlyNew"/> let the file replace it; any other stored value was chosen.
/// </summary>
public enum ConflictMode
{
    /// <summary>Chosen values stay and are reported as skipped; everything else is taken from the file.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,

    /// <summary>The file wins everywhere.</summary>
    [JsonStringEnumMemberName("overwrite")]
    Overwrite,

    /// <summary>
    /// Only settings for which nothing at all is stored are taken; a stored value stays, even one that equals the default.
    /// </summary>
    [JsonStringEnumMemberName("only_new")]
    OnlyNew,

    /// <summary>If the file differs from one chosen value, nothing is applied at all.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,
}

/// <summary>What becomes of one setting.</summary>
public enum ImportAction
{
    /// <summary>Nothing was stored; the file's value is.</summary>
    [JsonStringEnumMemberName("add")]
    Add,

    /// <summary>The file's value, or its absence, replaces the stored one.</summary>
    [JsonStringEnumMemberName("change")]
    Change,

    /// <summary>The same value is in force already.</summary>
    [JsonStringEnumMemberName("same")]
    Same,

    /// <summary>The stored value stays, as the mode says.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,

    /// <summary>The reason why nothing is applied.</summary>
    [JsonStringEnumMemberName("conflict")]
    Conflict,
}

/// <summary>What an import would do to one setting.</summary>
/// <param name="From">What is stored, to be shown; a secret is masked.</param>
/// <param name="To">What the file says, to be shown; a secret is masked.</param>
public sealed record ImportLine(string Column, string? From, string? To, ImportAction Action)
{
    /// <summary>What to store, of a secret in the clear. Neither printed nor serialized.</summary>
    internal string? Value { get; init; }
}

/// <summary>What an import would do.</summary>
/// <param name="Lines">One line for each setting of the file, in its order.</param>
public sealed record ImportPlan(IReadOnlyList<ImportLine> Lines)
{
    /// <summary>Nothing may be applied, because the mode was <see cref="ConflictMode.Fail"/> and there are conflicts.</summary>
    public bool IsRefused => Lines.Any(l => l.Action == ImportAction.Conflict);

    /// <summary>The lines to write; none where the plan is refused.</summary>
    public IEnumerable<ImportLine> Writes => IsRefused ? [] : Lines.Where(l => l.Action is ImportAction.Add or ImportAction.Change);
}

/// <summary>Decides what an import does, before anything is written.</summary>
internal static class SettingsImport
{
    /// <param name="current">What is stored now, by column; null, "" or absent where nothing is. Secrets in the clear, so that they can be
    /// compared.</param>
    /// <param name="entries">What the file says; of a setting that stands there twice the last one counts.</param>
    public static ImportPlan Plan(IReadOnlyDictionary<string, string?> current, IEnumerable<SettingsEntry> entries, ConflictMode mode)
    {
        var last = new Dictionary<string, SettingsEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            last[entry.Column] = entry;
        }

        return new([.. last.Values.Select(entry => LineOf(entry, current, mode))]);
    }

    private static ImportLine LineOf(SettingsEntry entry, IReadOnlyDictionary<string, string?> current, ConflictMode mode)
    {
        var setting = Setting.Find(entry.Column);
        var column = setting?.Column ?? entry.Column;
        var (from, to) = (Plain(current.GetValueOrDefault(column)), Plain(entry.Value));
        return new(column, Shown(setting, from), Shown(setting, to), ActionOf(from, to, DefaultOf(setting), mode)) { Value = to };
    }

    private static ImportAction ActionOf(string? from, string? to, string? standard, ConflictMode mode)
    {
        var isChosen = from is not null && from != standard;
        return (from ?? standard) == (to ?? standard) ? ImportAction.Same
            : from is null ? ImportAction.Add
            : mode switch
            {
                ConflictMode.Overwrite => ImportAction.Change,
                ConflictMode.OnlyNew => ImportAction.Skip,
                ConflictMode.Skip => isChosen ? ImportAction.Skip : ImportAction.Change,
                _ => isChosen ? ImportAction.Conflict : ImportAction.Change,
            };
    }

    private static string? DefaultOf(Setting? setting) =>
        setting is null ? EnumText<DeploymentEnvironment>.Of(DeploymentEnvironment.Development) : setting.Default;

    private static string? Plain(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string? Shown(Setting? setting, string? value) => setting is null ? value : setting.Shown(value);
}

using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>The three shapes of a file of settings.</summary>
public enum SettingsFormat
{
    Env,
    Json,
    Yaml,
}

/// <summary>What kind of trouble a file has.</summary>
public enum SettingsProblemKind
{
    /// <summary>The line, or the whole file, can't be read as its format.</summary>
    Syntax,

    /// <summary>The key is no setting.</summary>
    Unknown,

    /// <summary>The key stands there twice; the last one counts.</summary>
    Duplicate,

    /// <summary>The value can't be one of this setting: a word where a number belongs.</summary>
    Value,

    /// <summary>An encrypted value did not open: no passphrase, a wrong one, or the text was damaged.</summary>
    Secret,

    /// <summary>The file is too large; nothing of it was read.</summary>
    Size,
}

/// <summary>One setting that a file names.</summary>
/// <param name="Value">As text, of a secret in the clear; null where the file clears it. Never "".</param>
/// <param name="Line">The line of the file, from 1.</param>
public sealed record SettingsEntry(string Column, string? Value, int Line)
{
    /// <summary>Names the setting, not its value, which may be a secret.</summary>
    public override string ToString() => $"{Column} (line {Line})";
}

/// <summary>What is wrong with a file.</summary>
/// <param name="Line">The line, from 1; null where it is the whole file.</param>
/// <param name="Key">The key as the file writes it, where one is meant.</param>
/// <param name="What">A sentence for the person who brought the file. It never quotes a value.</param>
public sealed record SettingsProblem(SettingsProblemKind Kind, int? Line, string? Key, string What);

/// <summary>What a file says.</summary>
/// <param name="Entries">The settings that could be read, each once, in the file's order.</param>
/// <param name="NeedsPassphrase">It holds encrypted values, and no passphrase was given.</param>
public sealed record SettingsFileContent(
    SettingsFormat Format,
    IReadOnlyList<SettingsEntry> Entries,
    IReadOnlyList<SettingsProblem> Problems,
    bool NeedsPassphrase
);

/// <summary>
/// Writes and reads files of settings. Keys are the columns of <see cref="Setting.All"/> and <see cref="EnvironmentColumn"/>; in .env files
/// they are written in capitals, and read in any case. A secret is written only encrypted, under a passphrase; it is read encrypted or not.
/// </summary>
public static class SettingsFile
{
    public const string EnvironmentColumn = "environment";

    /// <summary>The largest file that is read, in bytes of UTF-8.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Every key that a file may hold.</summary>
    public static readonly IReadOnlyList<string> Columns = [EnvironmentColumn, .. Setting.All.Select(s => s.Column)];

    /// <summary>
    /// Writes the settings that are given. Secrets, given in the clear, are left out without a passphrase and encrypted with one.
    /// </summary>
    /// <exception cref="ArgumentException">A column is not in <see cref="Columns"/>, or the passphrase is blank.</exception>
    public static string Write(SettingsFormat format, IReadOnlyList<(string Column, string? Value)> values, string? passphrase = null)
    {
        if (values.FirstOrDefault(v => ColumnOf(v.Column) is null) is { Column: { } stranger })
        {
            throw new ArgumentException($"{stranger} is not a setting.", nameof(values));
        }

        using var seal = passphrase is null ? null : PassphraseBox.New(passphrase);
        var shown = values
            .Select(v => (Column: ColumnOf(v.Column)!, Value: string.IsNullOrEmpty(v.Value) ? null : v.Value))
            .Where(v => seal is not null || !IsSecret(v.Column))
            .Select(v => IsSecret(v.Column) && v.Value is not null ? (v.Column, seal!.Seal(v.Value, v.Column)) : v)
            .ToList();
        return format switch
        {
            SettingsFormat.Env => EnvSyntax.Write(shown),
            SettingsFormat.Json => JsonSyntax.Write(shown),
            _ => YamlSyntax.Write(shown),
        };
    }

    /// <summary>Reads a file. It never throws on what the file says: whatever is wrong is among the problems.</summary>
    /// <param name="format">Null to tell it from the text.</param>
    /// <param name="passphrase">Opens encrypted values; null where the person has not been asked yet.</param>
    public static SettingsFileContent Read(string text, SettingsFormat? format = null, string? passphrase = null)
    {
        var plain = text.TrimStart('\uFEFF');
        var kind = format ?? Detect(plain);
        if (plain.Length > MaxBytes || Encoding.UTF8.GetByteCount(plain) > MaxBytes)
        {
            return new(
                kind,
                [],
                [
                    new(
                        SettingsProblemKind.Size,
                        null,
                        null,
                        $"The file is larger than {MaxBytes / 1024} kB. Check that it is a settings file."
                    ),
                ],
                false
            );
        }

        var found = kind switch
        {
            SettingsFormat.Env => EnvSyntax.Read(plain),
            SettingsFormat.Json => JsonSyntax.Read(plain),
            _ => YamlSyntax.Read(plain),
        };
        return SettingsFileReader.Understand(kind, found, passphrase);
    }

    /// <summary>The format that a file's name tells, or null.</summary>
    public static SettingsFormat? FormatOf(string fileName) =>
        Path.GetExtension(fileName).ToUpperInvariant() switch
        {
            ".JSON" => SettingsFormat.Json,
            ".YAML" or ".YML" => SettingsFormat.Yaml,
            ".ENV" => SettingsFormat.Env,
            _ => Path.GetFileName(fileName).StartsWith(".env", StringComparison.OrdinalIgnoreCase) ? SettingsFormat.Env : null,
        };

    internal static string? ColumnOf(string key) =>
        string.Equals(key, EnvironmentColumn, StringComparison.OrdinalIgnoreCase) ? EnvironmentColumn : Setting.Find(key)?.Column;

    internal static bool IsSecret(string column) => Setting.Find(column)?.IsSecret == true;

    /// <summary>Whether the value is written without quotes where the format has numbers and switches.</summary>
    internal static bool IsBare(string column, string value) =>
        Setting.Find(column)?.Kind switch
        {
            SettingKind.Port or SettingKind.Seconds => Scalars.IsPlainInteger(value),
            SettingKind.Switch => value is "true" or "false",
            _ => false,
        };

    /// <summary>JSON begins with a brace; of the other two, the first line that says something tells by "=" or ":".</summary>
    private static SettingsFormat Detect(string text)
    {
        if (text.AsSpan().TrimStart() is ['{' or '[', ..])
        {
            return SettingsFormat.Json;
        }

        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var said = line.Trim();
            if (said.Length > 0 && said[0] != '#')
            {
                var at = said.IndexOfAny('=', ':');
                return
                    said.StartsWith("---", StringComparison.Ordinal)
                    || said.StartsWith("%YAML", StringComparison.Ordinal)
                    || (at > 0 && said[at] == ':')
                    ? SettingsFormat.Yaml
                    : SettingsFormat.Env;
            }
        }

        return SettingsFormat.Env;
    }
}

/// <summary>A key and a value as a file writes them, before anybody asked whether there is such a setting.</summary>
internal sealed record RawEntry(string Key, string? Value, int Line);

/// <summary>What a syntax found in a file.</summary>
internal sealed class RawFile
{
    public List<RawEntry> Entries { get; } = [];

    public List<SettingsProblem> Problems { get; } = [];

    public void Refuse(int? line, string what, string? key = null) =>
        Problems.Add(new(SettingsProblemKind.Syntax, line, key, line is null ? what : $"Line {line}: {what}"));
}

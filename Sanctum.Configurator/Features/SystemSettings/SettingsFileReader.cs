using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>Makes settings out of the keys and values of a file, whatever its syntax.</summary>
internal static class SettingsFileReader
{
    /// <summary>So many problems are told; a file that is no file of settings has one in each line.</summary>
    private const int MaxProblems = 100;

    public static SettingsFileContent Understand(SettingsFormat format, RawFile file, string? passphrase)
    {
        var problems = new List<SettingsProblem>(file.Problems);
        var last = new Dictionary<string, RawEntry>();
        foreach (var entry in file.Entries)
        {
            if (SettingsFile.ColumnOf(entry.Key) is not { } column)
            {
                problems.Add(Unknown(format, entry, problems.Count < MaxProblems));
                continue;
            }

            if (last.TryGetValue(column, out var earlier))
            {
                problems.Add(
                    new(
                        SettingsProblemKind.Duplicate,
                        entry.Line,
                        entry.Key,
                        $"Line {entry.Line}: {Short(entry.Key)} is already in line {earlier.Line}. The last one is used."
                    )
                );
                last.Remove(column);
            }

            last[column] = entry;
        }

        var needsPassphrase = passphrase is null && last.Any(e => SettingsFile.IsSecret(e.Key) && PassphraseBox.IsSealed(e.Value.Value));
        using var open = new PassphraseOpener(passphrase);
        var entries = new List<SettingsEntry>();
        foreach (var (column, entry) in last.OrderBy(e => e.Value.Line))
        {
            var (value, problem) = Decrypt(column, entry, open) ?? Check(column, entry);
            if (problem is not null)
            {
                problems.Add(problem);
            }
            else
            {
                entries.Add(new(column, value, entry.Line));
            }
        }

        return new(format, entries, Told(problems), needsPassphrase);
    }

    private static List<SettingsProblem> Told(List<SettingsProblem> problems)
    {
        var told = problems.OrderBy(p => p.Line ?? 0).Take(MaxProblems).ToList();
        if (problems.Count > told.Count)
        {
            told.Add(
                new(
                    SettingsProblemKind.Syntax,
                    null,
                    null,
                    $"There are {problems.Count - told.Count} more problems. Check that it is a settings file."
                )
            );
        }

        return told;
    }

    private static (string?, SettingsProblem?)? Decrypt(string column, RawEntry entry, PassphraseOpener opener)
    {
        if (!SettingsFile.IsSecret(column) || !PassphraseBox.IsSealed(entry.Value))
        {
            return null;
        }

        return opener.TryOpen(entry.Value!, column, out var secret)
            ? (secret, null)
            : (
                null,
                new(
                    SettingsProblemKind.Secret,
                    entry.Line,
                    entry.Key,
                    $"Line {entry.Line}: {Short(entry.Key)} is encrypted"
                        + (
                            opener.HasPassphrase
                                ? ", but this passphrase doesn't decrypt it: the passphrase is wrong, or the value was changed or moved. It is skipped."
                                : ". Enter the passphrase of the export or remove the line. Nothing is imported until then."
                        )
                )
            );
    }

    private static (string?, SettingsProblem?) Check(string column, RawEntry entry)
    {
        var value = string.IsNullOrEmpty(entry.Value) ? null : entry.Value;
        var (read, expected) =
            value is null ? (null, null)
            : column == SettingsFile.EnvironmentColumn
                ? (
                    EnumText<DeploymentEnvironment>.Find(value) is { } word ? EnumText<DeploymentEnvironment>.Of(word) : null,
                    string.Join(", ", EnumText<DeploymentEnvironment>.All)
                )
            : Setting.Find(column)!.Kind switch
            {
                SettingKind.Port or SettingKind.Seconds => (Scalars.ReadInteger(value), "a whole number"),
                SettingKind.Switch => (Scalars.ReadSwitch(value), "true or false"),
                _ => (value, ""),
            };
        return value is not null && read is null
            ? (
                null,
                new(
                    SettingsProblemKind.Value,
                    entry.Line,
                    entry.Key,
                    $"Line {entry.Line}: {Short(entry.Key)} must be {(column == SettingsFile.EnvironmentColumn ? "one of " : "")}{expected}."
                )
            )
            : (read, null);
    }

    /// <summary>What other programs call these settings, Letta's own .env before all.</summary>
    private static string? AliasOf(string key) =>
        key.ToUpperInvariant() switch
        {
            "LETTA_SERVER_PASSWORD"
            or "LETTA_SERVER_PASS"
            or "LETTA_PASSWORD"
            or "LETTA_API_KEY"
            or "LETTA_TOKEN"
            or "LETTA_ACCESS_TOKEN" => "letta_server_token",
            "LETTA_BASE_URL" or "LETTA_SERVER_URL" or "LETTA_URL" or "LETTA_API_URL" or "LETTA_HOST" => "letta_server_address",
            "LETTA_PORT" => "letta_server_port",
            "LETTA_DIR" => "letta_data_path",
            "OLLAMA_HOST" => "ollama_base_url",
            _ => null,
        };

    private static SettingsProblem Unknown(SettingsFormat format, RawEntry entry, bool isTold)
    {
        if (AliasOf(entry.Key) is { } alias)
        {
            var column = format == SettingsFormat.Env ? alias.ToUpperInvariant() : alias;
            return new(
                SettingsProblemKind.Unknown,
                entry.Line,
                entry.Key,
                $"Line {entry.Line}: {entry.Key} is another program's name for {column}. It is skipped. To import its value, use {column} instead."
            );
        }

        var likely = !isTold ? null : NearestName.Find(entry.Key.ToLowerInvariant(), SettingsFile.Columns);
        var hint = likely is null
            ? "It is skipped."
            : $"Did you mean {(format == SettingsFormat.Env ? likely.ToUpperInvariant() : likely)}?";
        return new(SettingsProblemKind.Unknown, entry.Line, entry.Key, $"Line {entry.Line}: {Short(entry.Key)} is not a setting. {hint}");
    }

    /// <summary>Enough of a key to find it; a file that is no file of settings may have very long ones.</summary>
    private static string Short(string key) => key.Length <= 64 ? key : key[..64] + "…";
}

/// <summary>Numbers and switches as people write them.</summary>
internal static class Scalars
{
    public static bool IsPlainInteger(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number.ToString(CultureInfo.InvariantCulture) == value;

    public static string? ReadInteger(string value) =>
        int.TryParse(value.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : null;

    public static string? ReadSwitch(string value) =>
        value.Trim().ToUpperInvariant() switch
        {
            "TRUE" or "YES" or "ON" or "1" => "true",
            "FALSE" or "NO" or "OFF" or "0" => "false",
            _ => null,
        };
}

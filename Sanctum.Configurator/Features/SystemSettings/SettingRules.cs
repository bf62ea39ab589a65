using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>What a value must be like to be saved, in sentences for the person who typed it.</summary>
public static class SettingRules
{
    private const int LongestText = 255;
    private const int LongestSecret = 4096;
    private const int HighestPort = 65535;

    private static readonly Dictionary<string, (int Lowest, int Highest)> Seconds = new()
    {
        ["letta_connection_timeout"] = (1, 3600),
        ["letta_check_interval"] = (5, 86400),
    };

    /// <summary>The value as it is stored, or the reason why it can't be. Null or blank text is no value: the default holds.</summary>
    public static (string? Value, string? Reason) Check(Setting setting, string? typed)
    {
        var text = typed is null ? null : Unseen.Trim(typed);
        return string.IsNullOrEmpty(text)
            ? (null, null)
            : setting.Kind switch
            {
                SettingKind.Port => Number(text, 1, HighestPort, "Enter a port from 1 to 65535."),
                SettingKind.Seconds => SecondsOf(setting, text),
                SettingKind.Switch => Flag(text),
                SettingKind.Choice => setting.FindChoice(text) is { } choice ? (choice, null) : (null, setting.ChoiceReason),
                SettingKind.Secret => Secret(text),
                SettingKind.Path => Path(text),
                SettingKind.Url => Address(setting, text),
                _ => Short(text),
            };
    }

    /// <summary>What is wrong with the values together, by column. Only columns among <paramref name="changed"/> are blamed.</summary>
    public static IReadOnlyDictionary<string, string> CheckTogether(
        IReadOnlyDictionary<string, string?> values,
        IReadOnlySet<string> changed
    )
    {
        var reasons = new Dictionary<string, string>();
        if (values["flask_port"] is { } web && web == values["smcp_port"] && changed.Overlaps(["flask_port", "smcp_port"]))
        {
            var column = changed.Contains("smcp_port") ? "smcp_port" : "flask_port";
            reasons[column] =
                $"Port {web} is already used by the {(column == "smcp_port" ? "Web app port" : "SMCP port")}. Choose another port.";
        }

        if (
            changed.Overlaps(["letta_server_address", "letta_server_port"])
            && LettaAddress.Parse(values["letta_server_address"], Int(values["letta_server_port"])) is LettaAddress.Refused refused
        )
        {
            var column = refused.Field == "Port" && changed.Contains("letta_server_port") ? "letta_server_port" : "letta_server_address";
            reasons[changed.Contains(column) ? column : "letta_server_port"] = refused.Reason;
        }

        return reasons;
    }

    private static int? Int(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static (string?, string?) SecondsOf(Setting setting, string text)
    {
        var (lowest, highest) = Seconds[setting.Column];
        return Number(text, lowest, highest, $"Enter whole seconds from {lowest} to {highest}.");
    }

    private static (string?, string?) Number(string text, int lowest, int highest, string reason) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest
            ? (number.ToString(CultureInfo.InvariantCulture), null)
            : (null, reason);

    private static (string?, string?) Flag(string text) =>
        text.ToLowerInvariant() switch
        {
            "true" or "1" or "yes" or "on" => ("true", null),
            "false" or "0" or "no" or "off" => ("false", null),
            _ => (null, "Use true or false."),
        };

    private static (string?, string?) Secret(string text) =>
        text.Length > LongestSecret ? (null, $"A secret has at most {LongestSecret} characters.")
        : Sendable.FaultOfKey(text) is { } fault ? (null, fault)
        : text.StartsWith(Platform.Secrets.SecretBox.Prefix, StringComparison.Ordinal)
            ? (null, "This is an encrypted secret. Enter the secret itself.")
        : (text, null);

    private static (string?, string?) Path(string text) =>
        Short(text) is { Item2: { } fault } ? (null, fault)
        : !text.StartsWith('~') && !System.IO.Path.IsPathRooted(text)
            ? (null, "Enter the full path, beginning with / or with ~ for the home folder.")
        : text.StartsWith('~') && text.Length > 1 && text[1] != '/'
            ? (null, "~ is the home folder of the console's user. Enter the full path of another user's home folder.")
        : (text, null);

    private static (string?, string?) Address(Setting setting, string text) =>
        Short(text) is { Item2: { } tooLong } ? (null, tooLong)
        : setting.Column == "ollama_base_url" && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length > 0
            ? (null, "Remove the user name and password from the address: everybody who reads the settings would see them.")
        : LettaAddress.Parse(text, null) is LettaAddress.Refused refused ? (null, refused.Reason)
        : setting.Column == "ollama_base_url" && !text.Contains("://", StringComparison.Ordinal)
            ? (null, "The address must begin with http:// or https://.")
        : (text, null);

    private static (string?, string?) Short(string text) =>
        text.Length > LongestText ? (null, $"At most {LongestText} characters.")
        : Sendable.FaultOfText(text) is { } fault ? (null, fault)
        : (text, null);
}

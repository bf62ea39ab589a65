using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>How bad something in Broca's files is.</summary>
public enum BrocaSeverity
{
    [JsonStringEnumMemberName("note")]
    Note,

    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Broca refuses it, or takes another value.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}

/// <summary>Something to mend in a file of Broca's.</summary>
/// <param name="File"><c>settings.json</c> or <c>.env</c>.</param>
/// <param name="Key">Null where it is the file as a whole.</param>
public sealed record BrocaProblem(string File, string? Key, BrocaSeverity Severity, string Text);

/// <summary>The rules by which Broca reads its files, and what is known to go wrong.</summary>
internal static class BrocaLint
{
    public const string SettingsFile = "settings.json";
    public const string EnvFile = ".env";
    public const string Listen = "In the mode “listen” Broca still sends messages to the agent, although its pages say otherwise.";

    public static readonly IReadOnlyList<string> Modes = ["live", "listen", "echo"];
    public static readonly IReadOnlyList<string> Needed = ["AGENT_ID", "AGENT_ENDPOINT", "AGENT_API_KEY"];
    private static readonly string[] KnownSettings = ["debug_mode", "queue_refresh", "max_retries", "message_mode", "plugins", "database"];
    private static readonly string[] Placeholders =
    [
        "your_",
        "your-",
        "_here",
        "-here",
        "placeholder",
        "changeme",
        "example",
        "test_",
        "test-",
    ];
    private static readonly string[] Booleans = ["true", "false", "1", "0", "yes", "no", "on", "off"];
    private static readonly string[] Levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

    /// <summary>Variables that Broca reads and that are no secrets: their values are shown.</summary>
    public static readonly IReadOnlySet<string> Shown = new HashSet<string>
    {
        "AGENT_ID",
        "AGENT_ENDPOINT",
        "DEBUG_MODE",
        "MESSAGE_MODE",
        "QUEUE_REFRESH",
        "MAX_RETRIES",
        "LOG_LEVEL",
        "LONG_TASK_MAX_WAIT",
        "MESSAGE_PROCESS_TIMEOUT",
        "MESSAGE_PROCESS_TIMEOUT_BUFFER",
        "USE_BACKGROUND_PROCESSING",
        "DB_PATH",
        "ENABLE_IMAGE_HANDLING",
        "ENABLE_TMPFILES_IMAGE_ADDENDUM",
        "ENABLE_OUTBOUND_TOOL",
        "SANCTUM_TMP_UPLOAD_URL",
        "TELEGRAM_OWNER_ID",
        "TELEGRAM_OWNER_USERNAME",
        "TELEGRAM_MESSAGE_MODE",
        "TELEGRAM_BUFFER_DELAY",
        "TELEGRAM_AUTO_SAVE_SESSION",
        "WEB_CHAT_API_URL",
        "WEB_CHAT_POLL_INTERVAL",
        "WEB_CHAT_MAX_RETRIES",
        "WEB_CHAT_RETRY_DELAY",
        "WEB_CHAT_PLUGIN_NAME",
        "WEB_CHAT_PLATFORM_NAME",
    };

    private static readonly HashSet<string> Secret =
    [
        "AGENT_API_KEY",
        "TELEGRAM_API_ID",
        "TELEGRAM_API_HASH",
        "TELEGRAM_PHONE",
        "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_SESSION_STRING",
        "WEB_CHAT_API_KEY",
    ];

    /// <summary>An address can hold a password.</summary>
    public static bool IsShown(string key, string value) =>
        Shown.Contains(key) && !(value.Contains("://", StringComparison.Ordinal) && value.Contains('@', StringComparison.Ordinal));

    public static IEnumerable<BrocaProblem> OfSettings(JsonObject? settings)
    {
        if (settings is null)
        {
            yield return Settings(null, BrocaSeverity.Error, "The file is empty or no JSON object: Broca overwrites it with its defaults.");
            yield break;
        }

        foreach (var (key, from, to) in new[] { ("queue_refresh", 1, 300), ("max_retries", 0, 10) })
        {
            if (settings[key] is { } value && !(value.GetValueKind() == JsonValueKind.Number && IsIn(value.ToJsonString(), from, to)))
            {
                yield return Settings(key, BrocaSeverity.Error, RangeOf(from, to));
            }
        }

        if (settings["debug_mode"] is { } debug && debug.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
        {
            yield return Settings("debug_mode", BrocaSeverity.Error, "It must be true or false, without quotation marks.");
        }

        if (
            settings["message_mode"] is { } mode
            && OfMode(SettingsFile, "message_mode", mode.GetValueKind() == JsonValueKind.String ? (string?)mode : null) is { } problem
        )
        {
            yield return problem;
        }

        if (settings["plugins"] is { } plugins && plugins is not JsonObject)
        {
            yield return Settings("plugins", BrocaSeverity.Error, "It must be an object: the plugins by their names.");
        }

        foreach (var (key, _) in settings.Where(member => !KnownSettings.Contains(member.Key)))
        {
            yield return Settings(key, BrocaSeverity.Note, "Broca does not know this key. It is kept as it is.");
        }
    }

    public static IEnumerable<BrocaProblem> OfEnv(IReadOnlyDictionary<string, string> env, bool isDebug)
    {
        foreach (var key in Needed.Where(key => string.IsNullOrWhiteSpace(env.GetValueOrDefault(key))))
        {
            yield return Env(key, BrocaSeverity.Error, "It is missing: Broca needs it to reach its agent.");
        }

        foreach (var (key, value) in env)
        {
            if (OfVariable(key, value.Trim(), isDebug) is { } problem)
            {
                yield return problem;
            }
        }
    }

    private static BrocaProblem? OfVariable(string key, string value, bool isDebug) =>
        value.Length == 0 ? null
        : key is "LETTA_API_KEY" or "LETTA_API_ENDPOINT"
            ? Env(
                key,
                BrocaSeverity.Warning,
                $"Broca does not read it any more. Use {key.Replace("LETTA_API", "AGENT_API", StringComparison.Ordinal).Replace("API_ENDPOINT", "ENDPOINT", StringComparison.Ordinal)}."
            )
        : key is "AGENT_API_KEY" or "AGENT_ENDPOINT" or "AGENT_ID" && IsPlaceholder(key, value) && !isDebug
            ? Env(key, BrocaSeverity.Error, "It looks like a placeholder, with which Broca does not start. Enter the real value.")
        : key == "AGENT_ENDPOINT" && !(Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            ? Env(key, BrocaSeverity.Error, "It must be an address that begins with http:// or https://.")
        : key is "MESSAGE_MODE" or "TELEGRAM_MESSAGE_MODE" ? OfMode(EnvFile, key, value)
        : key == "QUEUE_REFRESH" && !IsIn(value, 1, 300) ? Env(key, BrocaSeverity.Error, RangeOf(1, 300))
        : key == "MAX_RETRIES" && !IsIn(value, 0, 10) ? Env(key, BrocaSeverity.Error, RangeOf(0, 10))
        : key == "LOG_LEVEL" && !Levels.Contains(value.ToUpperInvariant())
            ? Env(key, BrocaSeverity.Warning, $"Use one of {string.Join(", ", Levels)}.")
        : (key.StartsWith("ENABLE_", StringComparison.Ordinal) || key is "DEBUG_MODE" or "USE_BACKGROUND_PROCESSING")
        && !Booleans.Contains(value.ToLowerInvariant())
            ? Env(key, BrocaSeverity.Warning, "Use true or false.")
        : !Shown.Contains(key) && !Secret.Contains(key)
            ? Env(key, BrocaSeverity.Note, "The console does not know this variable. It is kept as it is, and its value is not shown.")
        : null;

    private static bool IsPlaceholder(string key, string value) =>
        Placeholders.Any(part => value.Contains(part, StringComparison.OrdinalIgnoreCase))
        || (key != "AGENT_ID" && value.ToLowerInvariant() is "localhost" or "none" or "null" or "todo");

    private static BrocaProblem? OfMode(string file, string key, string? mode) =>
        mode == "listen" ? new(file, key, BrocaSeverity.Warning, Listen)
        : mode is not null && Modes.Contains(mode) ? null
        : new(file, key, BrocaSeverity.Error, $"Use one of {string.Join(", ", Modes)}: Broca sends to the agent for anything but echo.");

    private static bool IsIn(string text, int from, int to) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to;

    private static string RangeOf(int from, int to) =>
        string.Create(CultureInfo.InvariantCulture, $"It must be a whole number from {from} to {to}.");

    private static BrocaProblem Settings(string? key, BrocaSeverity severity, string text) => new(SettingsFile, key, severity, text);

    private static BrocaProblem Env(string? key, BrocaSeverity severity, string text) => new(EnvFile, key, severity, text);
}

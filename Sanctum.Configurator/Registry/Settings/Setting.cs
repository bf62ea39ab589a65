namespace Sanctum.Configurator.Registry.Settings;

/// <summary>How a setting is typed, checked and shown.</summary>
public enum SettingKind
{
    Text,
    Url,
    Path,
    Port,
    Seconds,
    Switch,
    Secret,

    /// <summary>One of <see cref="Setting.Choices"/>.</summary>
    Choice,
}

/// <summary>A value that a setting may have.</summary>
/// <param name="Title">As the page shows it.</param>
public sealed record SettingChoice(string Value, string Title);

/// <summary>
/// One column of <c>system_config</c> that an operator may set. Values travel as text ("443", "true", null for none), the same in forms,
/// files and comparisons.
/// </summary>
/// <param name="Column">The column, which is also the name in the API and in exported files.</param>
/// <param name="Default">Seed 000's default; null for none.</param>
/// <param name="FallbackVariable">The environment variable that serves where the database holds nothing (seed 003's order).</param>
public sealed record Setting(
    string Column,
    string Group,
    SettingKind Kind,
    string Label,
    string Help,
    string? Default,
    Func<SettingValues, string?> Read,
    Action<SettingValues, string?> Write,
    string? FallbackVariable = null
)
{
    /// <summary>Shorter secrets show none of their characters.</summary>
    public const int ShortestSecretToShow = 12;

    public bool IsSecret => Kind == SettingKind.Secret;

    /// <summary>Of a <see cref="SettingKind.Choice"/>; empty for all others.</summary>
    public IReadOnlyList<SettingChoice> Choices { get; init; } = [];

    /// <summary>The choice as it is stored, however it is capitalized; null where there is none like it.</summary>
    public string? FindChoice(string typed) =>
        Choices.FirstOrDefault(choice => choice.Value.Equals(typed, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>What is said to who typed something else.</summary>
    public string ChoiceReason => $"Choose one of {string.Join(", ", Choices.Select(choice => choice.Value))}.";

    /// <summary>The value as it may be shown: of a secret, that it is set, and its end where enough stays hidden.</summary>
    public string? Shown(string? value) =>
        !IsSecret || value is null ? value
        : value.Length < ShortestSecretToShow ? "••••"
        : $"••••{value[^4..]}";

    /// <summary>Every setting, in the order of the page.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        new(
            "debug_mode",
            Groups.Environment,
            SettingKind.Switch,
            "Debug mode",
            "Makes every part of this Sanctum log more. Leave it off in production.",
            "false",
            v => Of(v.DebugMode),
            (v, x) => v.DebugMode = Bool(x)
        ),
        new(
            "openai_api_key",
            Groups.Keys,
            SettingKind.Secret,
            "OpenAI API key",
            "Used by agents whose model comes from OpenAI.",
            null,
            v => v.OpenAiApiKey,
            (v, x) => v.OpenAiApiKey = x,
            "OPENAI_API_KEY"
        ),
        new(
            "anthropic_api_key",
            Groups.Keys,
            SettingKind.Secret,
            "Anthropic API key",
            "Used by agents whose model comes from Anthropic.",
            null,
            v => v.AnthropicApiKey,
            (v, x) => v.AnthropicApiKey = x,
            "ANTHROPIC_API_KEY"
        ),
        new(
            "ollama_base_url",
            Groups.Keys,
            SettingKind.Url,
            "Ollama address",
            "The address of the local model server.",
            "http://localhost:11434",
            v => v.OllamaBaseUrl,
            (v, x) => v.OllamaBaseUrl = x
        ),
        new(
            "sanctum_base_path",
            Groups.Paths,
            SettingKind.Path,
            "Sanctum folder",
            "The folder of this Sanctum's installation. ~ is the home folder of the console's user.",
            "~/sanctum",
            v => v.SanctumBasePath,
            (v, x) => v.SanctumBasePath = x
        ),
        new(
            "letta_data_path",
            Groups.Paths,
            SettingKind.Path,
            "Letta data folder",
            "The folder with the Letta server's data and .env file.",
            "~/.letta",
            v => v.LettaDataPath,
            (v, x) => v.LettaDataPath = x
        ),
        new(
            "flask_port",
            Groups.Ports,
            SettingKind.Port,
            "Web app port",
            "The port of Sanctum's web interface.",
            "5000",
            v => Of(v.FlaskPort),
            (v, x) => v.FlaskPort = Int(x)
        ),
        new(
            "smcp_port",
            Groups.Ports,
            SettingKind.Port,
            "SMCP port",
            "The port of the MCP tool server.",
            "9000",
            v => Of(v.SmcpPort),
            (v, x) => v.SmcpPort = Int(x)
        ),
        new(
            "letta_server_kind",
            Groups.Letta,
            SettingKind.Choice,
            "Kind",
            "Which of Letta's two servers it is. Automatic finds out by asking the server.",
            "automatic",
            v => v.LettaServerKind,
            (v, x) => v.LettaServerKind = x
        )
        {
            Choices = [new("automatic", "Automatic"), new("v1", "Letta V1"), new("app_server", "Letta App Server")],
        },
        new(
            "letta_server_address",
            Groups.Letta,
            SettingKind.Url,
            "Address",
            "The Letta server's host, or its address with http:// or https:// and the base path of a proxy.",
            "https://localhost",
            v => v.LettaServerAddress,
            (v, x) => v.LettaServerAddress = x
        ),
        new(
            "letta_server_port",
            Groups.Letta,
            SettingKind.Port,
            "Port",
            "443 behind a proxy with TLS; 8283 is Letta V1's own. A Letta App Server has none of its own: the port that was given to --listen.",
            "443",
            v => Of(v.LettaServerPort),
            (v, x) => v.LettaServerPort = Int(x)
        ),
        new(
            "letta_server_token",
            Groups.Letta,
            SettingKind.Secret,
            "Token",
            "LETTA_SERVER_PASSWORD of Letta V1, or the token in the --ws-token-file of a Letta App Server, which is worth a shell account on that machine. It is only sent to this server.",
            null,
            v => v.LettaServerToken,
            (v, x) => v.LettaServerToken = x
        ),
        new(
            "letta_connection_timeout",
            Groups.Letta,
            SettingKind.Seconds,
            "Timeout",
            "The time limit of a connection test in seconds, for all steps together.",
            "30",
            v => Of(v.LettaConnectionTimeout),
            (v, x) => v.LettaConnectionTimeout = Int(x)
        ),
        new(
            "letta_check_interval",
            Groups.Letta,
            SettingKind.Seconds,
            "Check every",
            "Seconds between two checks of the background monitor.",
            "60",
            v => Of(v.LettaCheckInterval),
            (v, x) => v.LettaCheckInterval = Int(x)
        ),
        new(
            "letta_server_active",
            Groups.Letta,
            SettingKind.Switch,
            "Watch this server",
            "Off: the server is not monitored, and its state is shown as off.",
            "true",
            v => Of(v.LettaServerActive),
            (v, x) => v.LettaServerActive = Bool(x)
        ),
    ];

    private static readonly Dictionary<string, Setting> ByColumn = All.ToDictionary(s => s.Column, StringComparer.OrdinalIgnoreCase);

    public static Setting? Find(string column) => ByColumn.GetValueOrDefault(column);

    private static string? Of(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Of(bool? flag) =>
        flag switch
        {
            true => "true",
            false => "false",
            null => null,
        };

    private static int? Int(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);

    private static bool? Bool(string? text) => text is null ? null : bool.Parse(text);

    /// <summary>The groups of the page, in the seed's words.</summary>
    public static class Groups
    {
        public const string Environment = "Environment";
        public const string Keys = "API keys";
        public const string Paths = "Paths";
        public const string Ports = "Ports";
        public const string Letta = "Letta server";
    }
}

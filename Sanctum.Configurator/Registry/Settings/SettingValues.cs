namespace Sanctum.Configurator.Registry.Settings;

/// <summary>The values an operator sets, as stored: null where nothing is, so that the default holds. Secrets are sealed.</summary>
public abstract class SettingValues : IVersioned
{
    public bool? DebugMode { get; set; }
    public string? OpenAiApiKey { get; set; }
    public string? AnthropicApiKey { get; set; }
    public string? OllamaBaseUrl { get; set; }
    public string? SanctumBasePath { get; set; }
    public string? LettaDataPath { get; set; }
    public int? FlaskPort { get; set; }
    public int? SmcpPort { get; set; }
    public string? LettaServerKind { get; set; }
    public string? LettaServerAddress { get; set; }
    public int? LettaServerPort { get; set; }
    public string? LettaServerToken { get; set; }
    public int? LettaConnectionTimeout { get; set; }
    public int? LettaCheckInterval { get; set; }
    public bool? LettaServerActive { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>The one row that every part of a Sanctum reads: the settings of the environment that is active now.</summary>
public sealed class SystemConfig : SettingValues
{
    /// <summary>The id of the one row.</summary>
    public const int TheId = 1;

    public int Id { get; private set; } = TheId;
    public DeploymentEnvironment Environment { get; set; }

    /// <summary>When the Letta server last answered a test as it should; null until it has.</summary>
    public DateTimeOffset? LastConnected { get; set; }
}

/// <summary>The settings of one environment, kept while another one is active.</summary>
public sealed class SystemConfigProfile : SettingValues
{
    public int Id { get; private set; }
    public required DeploymentEnvironment Environment { get; init; }
}

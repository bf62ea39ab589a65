using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Configurations;

/// <summary>Whom a configuration is for, from the widest to the nearest; the nearest wins.</summary>
public enum ConfigurationScope
{
    [JsonStringEnumMemberName("system")]
    System,

    [JsonStringEnumMemberName("agent")]
    Agent,

    [JsonStringEnumMemberName("tool")]
    Tool,

    [JsonStringEnumMemberName("instance")]
    Instance,

    [JsonStringEnumMemberName("user")]
    User,
}

/// <summary>One holder of configurations: the system, or the agent, tool, tool instance or user with an id.</summary>
/// <param name="Id">Null for the system.</param>
public readonly record struct ScopeHolder(ConfigurationScope Scope, int? Id)
{
    public static ScopeHolder System => new(ConfigurationScope.System, null);

    /// <summary>Whom a row is for; null where another program wrote a scope that there is not.</summary>
    public static ScopeHolder? Find(string scope, int? id) =>
        EnumText<ConfigurationScope>.Find(scope) switch
        {
            ConfigurationScope.System => System,
            { } known when id is { } holder => new(known, holder),
            _ => null,
        };
}

/// <summary>From where a configuration is asked for. Whom it does not name has no part in the answer.</summary>
public readonly record struct Viewpoint(int? AgentId = null, int? ToolId = null, int? InstanceId = null, int? UserId = null)
{
    /// <summary>The id that counts in a scope; null where none does.</summary>
    public int? IdIn(ConfigurationScope scope) =>
        scope switch
        {
            ConfigurationScope.Agent => AgentId,
            ConfigurationScope.Tool => ToolId,
            ConfigurationScope.Instance => InstanceId,
            ConfigurationScope.User => UserId,
            _ => null,
        };
}

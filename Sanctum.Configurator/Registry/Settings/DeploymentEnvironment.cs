using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Settings;

/// <summary>The three environments a Sanctum can be switched between.</summary>
public enum DeploymentEnvironment
{
    [JsonStringEnumMemberName("development")]
    Development,

    [JsonStringEnumMemberName("staging")]
    Staging,

    [JsonStringEnumMemberName("production")]
    Production,
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Plugins;

/// <summary>Whether a plugin runs.</summary>
public enum PluginStatus
{
    [JsonStringEnumMemberName("Inactive")]
    Inactive,

    [JsonStringEnumMemberName("Active")]
    Active,

    [JsonStringEnumMemberName("Error")]
    Error,
}

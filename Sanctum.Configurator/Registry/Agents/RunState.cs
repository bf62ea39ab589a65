using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Agents;

/// <summary>How an agent, a tool or an instance of one is doing, in seed 001's words.</summary>
public enum RunState
{
    [JsonStringEnumMemberName("Ready")]
    Ready,

    [JsonStringEnumMemberName("Healthy")]
    Healthy,

    [JsonStringEnumMemberName("Degraded")]
    Degraded,

    [JsonStringEnumMemberName("Off")]
    Off,
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>Whether a job fires.</summary>
public enum JobStatus
{
    [JsonStringEnumMemberName("Active")]
    Active,

    [JsonStringEnumMemberName("Paused")]
    Paused,

    [JsonStringEnumMemberName("Error")]
    Error,
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Logs;

/// <summary>The levels of seed 001.</summary>
public enum LogLevelWord
{
    [JsonStringEnumMemberName("DEBUG")]
    Debug,

    [JsonStringEnumMemberName("INFO")]
    Info,

    [JsonStringEnumMemberName("WARNING")]
    Warning,

    [JsonStringEnumMemberName("ERROR")]
    Error,

    [JsonStringEnumMemberName("CRITICAL")]
    Critical,
}

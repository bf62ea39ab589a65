using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>How far a message is on its way to its agent.</summary>
public enum QueueStatus
{
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("processing")]
    Processing,

    [JsonStringEnumMemberName("done")]
    Done,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It ended the console that processed it, twice.</summary>
    [JsonStringEnumMemberName("poison")]
    Poison,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    [JsonStringEnumMemberName("flushed")]
    Flushed,
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>What happens when a job is due while it still runs.</summary>
public enum OverlapPolicy
{
    [JsonStringEnumMemberName("skip")]
    Skip,

    [JsonStringEnumMemberName("queue")]
    Queue,

    [JsonStringEnumMemberName("allow")]
    Allow,

    [JsonStringEnumMemberName("cancel_old")]
    CancelOld,
}

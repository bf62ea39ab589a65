using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>How a run of a job ended, or that it has not.</summary>
public enum RunOutcome
{
    [JsonStringEnumMemberName("queued")]
    Queued,
    [JsonStringEnumMemberName("running")]
    Running,
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,
    [JsonStringEnumMemberName("failed")]
    Failed,
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
    [JsonStringEnumMemberName("timed_out")]
    TimedOut,
    [JsonStringEnumMemberName("lost")]
    Lost,
}

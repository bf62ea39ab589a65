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

    /// <summary>Its console stopped answering; how far it came is not known.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>Nothing was there to run it when it was due.</summary>
    [JsonStringEnumMemberName("missed")]
    Missed,

    /// <summary>It was due while the one before still ran, or in the job's quiet hours.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>What becomes of the times at which a job should have run and nothing was there to run it.</summary>
public enum MissedRunPolicy
{
    [JsonStringEnumMemberName("skip")]
    Skip,

    [JsonStringEnumMemberName("run_once")]
    RunOnce,

    [JsonStringEnumMemberName("catch_up")]
    CatchUp,
}

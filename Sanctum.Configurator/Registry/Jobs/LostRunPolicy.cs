using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>What becomes of a run whose console stopped answering.</summary>
public enum LostRunPolicy
{
    [JsonStringEnumMemberName("mark_lost")]
    MarkLost,

    [JsonStringEnumMemberName("run_again")]
    RunAgain,
}

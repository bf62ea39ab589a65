using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Connections;

/// <summary>How much time one row of the roll-up sums up.</summary>
public enum RollupPeriod
{
    [JsonStringEnumMemberName("minute")]
    Minute,

    [JsonStringEnumMemberName("hour")]
    Hour,

    [JsonStringEnumMemberName("day")]
    Day,
}

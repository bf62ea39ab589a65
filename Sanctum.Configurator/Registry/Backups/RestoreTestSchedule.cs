using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Backups;

/// <summary>Which backups are drilled without being asked for.</summary>
public enum RestoreTestSchedule
{
    /// <summary>Each, right after it was made.</summary>
    [JsonStringEnumMemberName("every")]
    Every,

    /// <summary>None.</summary>
    [JsonStringEnumMemberName("never")]
    Never,
}

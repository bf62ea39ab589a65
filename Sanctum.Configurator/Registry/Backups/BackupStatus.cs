using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Backups;

/// <summary>How far a backup is.</summary>
public enum BackupStatus
{
    [JsonStringEnumMemberName("In Progress")]
    InProgress,

    [JsonStringEnumMemberName("Completed")]
    Completed,

    [JsonStringEnumMemberName("Failed")]
    Failed,
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Backups;

/// <summary>How far a backup is.</summary>
public enum BackupStatus
{
    [JsonStringEnumMemberName("In Progress")]
    InProgress,
    Completed,
    Failed,
}

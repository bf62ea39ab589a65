using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Backups;

/// <summary>What a backup holds.</summary>
public enum BackupType
{
    [JsonStringEnumMemberName("full")]
    Full,

    [JsonStringEnumMemberName("incremental")]
    Incremental,

    [JsonStringEnumMemberName("config_only")]
    ConfigOnly,
}

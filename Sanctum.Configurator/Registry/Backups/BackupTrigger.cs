using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Backups;

/// <summary>What a backup was made for.</summary>
public enum BackupTrigger
{
    /// <summary>Somebody asked for it: on the page, by the API, by a command, or by a row that another program wrote.</summary>
    [JsonStringEnumMemberName("manual")]
    Manual,

    /// <summary>A job, as the settings say.</summary>
    [JsonStringEnumMemberName("schedule")]
    Schedule,

    /// <summary>A job that makes the small ones between the others.</summary>
    [JsonStringEnumMemberName("increment")]
    Increment,

    /// <summary>What was there just before a restore, by which that is undone.</summary>
    [JsonStringEnumMemberName("before_restore")]
    BeforeRestore,

    /// <summary>Its file was made elsewhere.</summary>
    [JsonStringEnumMemberName("upload")]
    Upload,
}

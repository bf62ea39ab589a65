using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Backups;

/// <summary>A place that keeps backups, for as long as its own rules say.</summary>
public sealed class BackupTarget : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }
    public BackupTargetKind Kind { get; set; }
    public bool IsOn { get; set; } = true;

    /// <summary>Of a folder: its absolute path.</summary>
    public string? Folder { get; set; }

    /// <summary>Of a bucket: the server's address, such as https://s3.eu-central-1.amazonaws.com.</summary>
    public string? Endpoint { get; set; }
    public string? Region { get; set; }
    public string? Bucket { get; set; }

    /// <summary>What the names of the objects begin with.</summary>
    public string? Prefix { get; set; }
    public string? AccessKey { get; set; }

    /// <summary>Sealed.</summary>
    public string? SecretKey { get; set; }

    /// <summary>How many of the newest are kept; null where their number does not count.</summary>
    public int? KeepLast { get; set; }

    /// <summary>Days for which each is kept; null where age does not count.</summary>
    public int? KeepDays { get; set; } = 30;

    /// <summary>Of each of so many hours, days, weeks, months and years the newest is kept; null for none.</summary>
    public int? KeepHourly { get; set; }
    public int? KeepDaily { get; set; }
    public int? KeepWeekly { get; set; }
    public int? KeepMonthly { get; set; }
    public int? KeepYearly { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>What a target is.</summary>
public enum BackupTargetKind
{
    /// <summary>The folder of backups in the data directory. There is one.</summary>
    [JsonStringEnumMemberName("local")]
    Local,

    /// <summary>Another folder, such as a mounted share.</summary>
    [JsonStringEnumMemberName("folder")]
    Folder,

    /// <summary>A bucket that speaks S3.</summary>
    [JsonStringEnumMemberName("s3")]
    S3,
}

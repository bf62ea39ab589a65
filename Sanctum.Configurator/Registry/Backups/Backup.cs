namespace Sanctum.Configurator.Registry.Backups;

/// <summary>A backup file, or one that is being made.</summary>
public sealed class Backup : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public BackupType Type { get; set; }

    /// <summary>What it was made for.</summary>
    public BackupTrigger Trigger { get; set; }
    public BackupStatus Status { get; set; }
    public string? FilePath { get; set; }
    public long? SizeBytes { get; set; }

    /// <summary>SHA-256 of the file, in hex.</summary>
    public string? Checksum { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public bool IsAuto { get; set; }

    /// <summary>A passphrase is needed to open the file.</summary>
    public bool IsEncrypted { get; set; }

    /// <summary>The id that stands in the file, by which the increments of a chain find each other.</summary>
    public Guid? ArchiveId { get; set; }

    /// <summary>The file that this one continues; null where it stands alone.</summary>
    public Guid? ParentArchiveId { get; set; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Failure { get; set; }

    /// <summary>What it lacks although it is whole, such as the agents of a server that did not answer; null for nothing.</summary>
    public string? Warning { get; set; }

    /// <summary>When it was last restored into a throw-away place; null for never.</summary>
    public DateTimeOffset? DrilledAt { get; set; }

    /// <summary>What was wrong then; null where all of it came back.</summary>
    public string? DrillFailure { get; set; }

    /// <summary>It is whole, and no drill found otherwise.</summary>
    public bool IsKept => Status == BackupStatus.Completed && DrillFailure is null;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

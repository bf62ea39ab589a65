namespace Sanctum.Configurator.Registry.Backups;

/// <summary>A backup file, or one that is being made.</summary>
public sealed class Backup : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public BackupType Type { get; set; }
    public BackupStatus Status { get; set; }
    public string? FilePath { get; set; }
    public long? SizeBytes { get; set; }
    /// <summary>SHA-256 of the file, in hex.</summary>
    public string? Checksum { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public bool IsAuto { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Backups;

/// <summary>A backup in one of its further targets.</summary>
public sealed class BackupCopy
{
    public int Id { get; private set; }
    public int BackupId { get; init; }
    public int TargetId { get; init; }
    public CopyState State { get; set; }

    /// <summary>Why it failed, the last time it was tried; null where it did not.</summary>
    public string? Failure { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried again; null where it is not.</summary>
    public DateTimeOffset? RetryAt { get; set; }
    public DateTimeOffset? StoredAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>How far a copy is.</summary>
public enum CopyState
{
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("stored")]
    Stored,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>A backup as it is listed.</summary>
/// <param name="Trigger">What it was made for.</param>
/// <param name="ArchiveId">The id that stands in the file.</param>
/// <param name="ParentArchiveId">The id of the backup that this one continues; null where it stands alone.</param>
/// <param name="Warning">What it lacks although it is whole; null for nothing.</param>
/// <param name="DrillFailure">What was wrong at the last drill; null where all came back, or there was none.</param>
/// <param name="FileIsThere">The file stands where it was written.</param>
/// <param name="Copies">How it stands with each of the further targets.</param>
public sealed record BackupRow(
    int Id,
    string Name,
    string? Description,
    BackupType Type,
    BackupTrigger Trigger,
    BackupStatus Status,
    string? FilePath,
    long? SizeBytes,
    string? Checksum,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    bool IsAuto,
    bool IsEncrypted,
    Guid? ArchiveId,
    Guid? ParentArchiveId,
    string? Failure,
    string? Warning,
    DateTimeOffset? DrilledAt,
    string? DrillFailure,
    bool FileIsThere,
    IReadOnlyList<CopyRow> Copies
)
{
    /// <summary>What does not keep it from being restored, but should be seen to; null for nothing.</summary>
    public string? Warnings =>
        string.Join(
            ' ',
            Copies
                .Where(copy => copy.State == CopyState.Failed)
                .Select(copy => $"Not copied to {copy.Target}: {copy.Failure}")
                .Prepend(Warning)
                .OfType<string>()
        )
            is { Length: > 0 } text
            ? text
            : null;

    /// <summary>Why it must not be relied on; null where nothing is known against it.</summary>
    public string? Trouble =>
        Failure ?? DrillFailure ?? (Status == BackupStatus.Completed && !FileIsThere ? "The file no longer exists." : null);

    /// <summary>It was restored into a throw-away place, and all of it came back.</summary>
    public bool IsProven => Status == BackupStatus.Completed && DrilledAt is not null && DrillFailure is null && FileIsThere;
}

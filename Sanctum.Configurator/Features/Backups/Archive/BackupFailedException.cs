using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>A backup, a drill or a restore did not come to its end. The message is for the operator.</summary>
internal class BackupFailedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>It may be for this one file or object alone, and the others there go on.</summary>
    public bool MayBeOfOneObject { get; init; }

    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int SqliteFull = 13;

    /// <summary>What happened, to what, and what to do; null for what nobody foresaw.</summary>
    public static string? Explain(Exception e, string folder) =>
        e switch
        {
            BackupFailedException or Archive.ArchiveDamagedException => e.Message,
            IOException { HResult: NoSpace } or SqliteException { SqliteErrorCode: SqliteFull } =>
                $"The disk of {folder} is full. The incomplete backup was deleted. Free some space or delete old backups.",
            IOException { HResult: ReadOnly } => $"The disk of {folder} is read-only. Mount it for writing or choose another folder.",
            UnauthorizedAccessException => $"The console has no permission to write to {folder}. Make its user the owner of the folder.",
            FileNotFoundException or DirectoryNotFoundException => $"{e.Message} Was the file moved or deleted?",
            IOException or SqliteException or InvalidOperationException => e.Message,
            _ => null,
        };
}

/// <summary>Tables came back, and then the files that were wanted with them did not.</summary>
internal sealed class FilesNotRestoredException(string message, Exception inner) : BackupFailedException(message, inner);

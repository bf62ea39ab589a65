using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// What is said of a <c>registry.db</c> that is no longer a database, or is gone while all else of its installation is there.
/// </summary>
internal static class BrokenRegistry
{
    /// <summary>What SQLite said of a broken file, where that is why something failed.</summary>
    public static SqliteException? Find(Exception e) =>
        (e as SqliteException ?? e.InnerException as SqliteException) is { } said && IsBroken(said) ? said : null;

    private static bool IsBroken(SqliteException e) =>
        e.SqliteErrorCode is SQLITE_CORRUPT or SQLITE_NOTADB || e.SqliteExtendedErrorCode == SQLITE_IOERR_SHORT_READ;

    public static string Sentence(RegistryLocation location, SqliteException e) =>
        $"{location.RegistryFile} is damaged ({e.Message.TrimEnd('.')}). {Hint(location)} The damaged files are kept in the backups folder.";

    /// <exception cref="StartRefusedException">It is missing or empty, and keys or backups say that there was one.</exception>
    public static void RequireThere(RegistryLocation location)
    {
        if (new FileInfo(location.RegistryFile) is { Exists: true, Length: > 0 })
        {
            return;
        }

        if (NewestBackup(location) is not null || Directory.EnumerateFiles(location.KeysFolder, "*.xml").Any())
        {
            throw new StartRefusedException(
                $"{location.RegistryFile} is {(File.Exists(location.RegistryFile) ? "empty" : "missing")}, though {location.DataDirectory} contains keys or backups of an installation. {Hint(location)} "
                    + $"To start a new installation instead, move {location.KeysFolder} and {location.BackupsFolder} away first."
            );
        }
    }

    private static string Hint(RegistryLocation location) =>
        NewestBackup(location) is { } newest
            ? $"Restore the newest backup with: {OwnCommand.Line($"backup restore \"{newest}\"")} (and --passphrase-file FILE if it has a passphrase)."
            : $"{location.BackupsFolder} contains no backups. Restore one from elsewhere with: {OwnCommand.Line("backup restore FILE")}.";

    private static string? NewestBackup(RegistryLocation location) =>
        Directory
            .EnumerateFiles(location.BackupsFolder, "*.sanctum")
            .OrderByDescending(Path.GetFileName, StringComparer.Ordinal)
            .FirstOrDefault();
}

using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Platform;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>What is said of a <c>registry.db</c> that is no longer a database, or is gone while all else of its installation is there.</summary>
internal static class BrokenRegistry
{
    /// <summary>What SQLite said of a broken file, where that is why something failed.</summary>
    public static SqliteException? Find(Exception e) => (e as SqliteException ?? e.InnerException as SqliteException) is { } said && IsBroken(said) ? said : null;

    private static bool IsBroken(SqliteException e) => e.SqliteErrorCode is SQLITE_CORRUPT or SQLITE_NOTADB || e.SqliteExtendedErrorCode == SQLITE_IOERR_SHORT_READ;

    public static string Sentence(RegistryLocation location, SqliteException e) =>
        $"{location.RegistryFile} is no whole database any more ({e.Message.TrimEnd('.')}). {Hint(location)} What is there is kept beside the backups.";

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
                $"{location.RegistryFile} is {(File.Exists(location.RegistryFile) ? "empty" : "missing")}, though {location.DataDirectory} holds keys or backups of an installation. {Hint(location)} "
                + $"To begin a new installation instead, move {location.KeysFolder} and {location.BackupsFolder} away first.");
        }
    }

    private static string Hint(RegistryLocation location) => NewestBackup(location) is { } newest
        ? $"Bring back the newest backup with: {OwnCommand.Line($"backup restore \"{newest}\"")} (and --passphrase-file FILE, where it has a passphrase)."
        : $"No backup lies in {location.BackupsFolder}. Bring one back from another place with: {OwnCommand.Line("backup restore FILE")}.";

    private static string? NewestBackup(RegistryLocation location) =>
        Directory.EnumerateFiles(location.BackupsFolder, "*.sanctum").OrderByDescending(Path.GetFileName, StringComparer.Ordinal).FirstOrDefault();
}

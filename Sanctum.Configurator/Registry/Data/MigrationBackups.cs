using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Registry.Data.Postgres;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>The copies of the registry that are made before its schema changes.</summary>
internal sealed partial class MigrationBackups(
    RegistryLocation location,
    PostgresPrograms programs,
    TimeProvider clock,
    ILogger<MigrationBackups> log
)
{
    private const string Prefix = "before-migration-";

    /// <summary>Makes one. What is left of one that fails goes again: it would be taken for a backup.</summary>
    /// <param name="last">The migration that the registry is at.</param>
    /// <returns>The file.</returns>
    /// <exception cref="StartRefusedException">It could not be made.</exception>
    public async Task<string> MakeAsync(RegistryDbContext registry, string last, CancellationToken cancel)
    {
        var stamp = clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
        var file = FreeName(Path.Combine(location.BackupsFolder, $"{Prefix}{stamp}"), location.IsSqlite ? ".db" : ".sql");
        try
        {
            await (location.IsSqlite ? CopyAsync(registry, file, cancel) : DumpAsync(file, cancel));
        }
        catch
        {
            File.Delete(file);
            throw;
        }

        LogBackedUp(last, file);
        return file;
    }

    /// <summary>
    /// Only after a migration that went well: one that fails at every start must not push out the backup of the time before.
    /// </summary>
    public void DeleteOld()
    {
        var newestFirst = Directory
            .EnumerateFiles(location.BackupsFolder, $"{Prefix}*")
            .OrderByDescending(Path.GetFileNameWithoutExtension, StringComparer.Ordinal);
        foreach (var file in newestFirst.Skip(RegistryMigrator.BackupsKept).ToList())
        {
            File.Delete(file);
            LogDeleted(RegistryMigrator.BackupsKept, file);
        }
    }

    /// <summary>
    /// After a migration that failed: a console that is started again and again makes a copy each time, which would fill the disk. One that
    /// is the same as the one before it goes.
    /// </summary>
    public void DeleteIfSame(string file)
    {
        var last = Directory
            .EnumerateFiles(location.BackupsFolder, $"{Prefix}*{Path.GetExtension(file)}")
            .Where(other => other != file)
            .MaxBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal);
        if (last is not null && (location.IsSqlite ? AreSame(last, file) : LinesOf(last).SequenceEqual(LinesOf(file))))
        {
            File.Delete(file);
        }
    }

    private static bool AreSame(string one, string other)
    {
        using var first = File.OpenRead(one);
        using var second = File.OpenRead(other);
        return first.Length == second.Length && SHA256.HashData(first).AsSpan().SequenceEqual(SHA256.HashData(second));
    }

    /// <summary>Without those in which each dump has a word of its own.</summary>
    private static IEnumerable<string> LinesOf(string dump) =>
        File.ReadLines(dump)
            .Where(line =>
                !line.StartsWith(@"\restrict ", StringComparison.Ordinal) && !line.StartsWith(@"\unrestrict ", StringComparison.Ordinal)
            );

    private async Task CopyAsync(RegistryDbContext registry, string file, CancellationToken cancel)
    {
        try
        {
            // Not a file copy: the newest commits may still be in the write-ahead log.
            PrivateFiles.Keep(file);
            await registry.Database.ExecuteSqlAsync($"VACUUM INTO {file}", cancel);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"Nothing was migrated, because the backup before the migration failed: {e.Message.TrimEnd('.')}. {FailedMigration.AdviceFor(e, location)}",
                e
            );
        }
    }

    private async Task DumpAsync(string file, CancellationToken cancel)
    {
        try
        {
            await PrivateFiles.WriteAsync(file, "", cancel);
            await programs.RunAsync(PostgresPrograms.Dump, location.PostgresConnection, ["--file", file], cancel);
        }
        catch (PostgresProgramException e)
        {
            throw new StartRefusedException(
                $"Nothing was migrated, because the backup before the migration failed. {e.Message}"
                    + (e.IsInstalled ? "" : " Install PostgreSQL's client programs."),
                e
            );
        }
    }

    private static string FreeName(string path, string extension)
    {
        var file = path + extension;
        for (var number = 2; File.Exists(file); number++)
        {
            file = $"{path}-{number}{extension}";
        }

        return file;
    }

    [LoggerMessage(LogLevel.Information, "The registry was at {Migration}; it is kept as {File} before it is migrated")]
    private partial void LogBackedUp(string migration, string file);

    [LoggerMessage(LogLevel.Information, "The {BackupsKept} newest backups are kept; {File} was deleted")]
    private partial void LogDeleted(int backupsKept, string file);
}

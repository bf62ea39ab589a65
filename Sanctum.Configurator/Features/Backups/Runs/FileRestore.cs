using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Sources;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Puts the files of a backup back where no console runs: for a data folder that is lost or no longer opens. What was there is kept
/// beside the backups. A PostgreSQL database is not touched: its dump is laid out for pg_restore.
/// </summary>
internal sealed class FileRestore(RegistryLocation location, RegistrySnapshot snapshots, BackupFiles files, TimeProvider clock)
{
    /// <returns>What was done, a line each.</returns>
    /// <exception cref="BackupFailedException">A console still has the files open, or the registry is in PostgreSQL and the backup holds no
    /// dump.</exception>
    /// <exception cref="ArchiveDamagedException">The backup is damaged. Nothing was touched.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(string path, string? passphrase, CancellationToken cancel)
    {
        foreach (var folder in new[] { location.DataDirectory, location.BackupsFolder, location.KeysFolder })
        {
            PrivateFiles.CreateFolder(folder);
        }

        using var archive = await Task.Run(() => ArchiveChain.Open(path, passphrase), cancel);
        if (!location.IsSqlite && archive.Manifest.Parts.All(part => part.Name != PostgresDump.Part))
        {
            throw new BackupFailedException(
                "The registry is in PostgreSQL, but this backup contains no dump. Start the console on an empty database and restore from its page."
            );
        }

        files.RequireSpace(archive.Manifest.Size);
        using var work = files.NewWorkFolder();
        foreach (var part in archive.Manifest.Parts)
        {
            await archive.UnpackAsync(part, work.FileOf(part.Name), null, cancel);
        }

        var done = location.IsSqlite ? await PutBackAsync(work, cancel) : LayOut(work, Path.GetFileNameWithoutExtension(path));
        done.AddRange(PutKeysBack(archive.Manifest, work));
        return done;
    }

    private List<string> LayOut(WorkFolder work, string name)
    {
        var dump = Path.Combine(RestoredFiles.Keep(location, work, name), PostgresDump.Part);
        return [$"{dump} was extracted. To restore it into an empty database:", $"pg_restore --no-owner --dbname=NAME \"{dump}\""];
    }

    private async Task<List<string>> PutBackAsync(WorkFolder work, CancellationToken cancel)
    {
        if (File.Exists(work.File(BackupMaker.RegistryPart)))
        {
            await snapshots.MigrateAsync(work.File(BackupMaker.RegistryPart), cancel);
            await RegistrySnapshot.EndSessionsAsync(work.File(BackupMaker.RegistryPart), cancel);
        }

        return
        [
            .. PutBack(work, BackupMaker.RegistryPart, location.RegistryFile),
            .. PutBack(work, BackupMaker.LogsPart, location.LogsFile),
        ];
    }

    private IEnumerable<string> PutKeysBack(Manifest manifest, WorkFolder work)
    {
        foreach (var part in manifest.Parts.Where(p => p.Name.StartsWith($"{BackupMaker.KeysFolder}/", StringComparison.Ordinal)))
        {
            var key = Path.Combine(location.KeysFolder, Path.GetFileName(part.Name));
            if (!File.Exists(key))
            {
                PrivateFiles.Restrict(work.File(part.Name));
                File.Move(work.File(part.Name), key);
                yield return $"{key} was restored.";
            }
        }
    }

    private IEnumerable<string> PutBack(WorkFolder work, string part, string target)
    {
        if (!File.Exists(work.File(part)))
        {
            yield break;
        }

        if (File.Exists(target))
        {
            Close(target);
            var stamp = clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
            var kept = Path.Combine(files.Folder, $"{stamp}-before-restore-{part}");
            File.Copy(target, kept);
            PrivateFiles.Restrict(kept);
            yield return $"The previous file was kept as {kept}.";
        }

        // One rename: whoever looks finds the old file or the new one, and never half of either.
        File.Move(work.File(part), target, overwrite: true);
        yield return $"{target} was restored.";
    }

    /// <summary>Takes the write-ahead log into the file and away, which SQLite does only where nobody else has it open.</summary>
    private static void Close(string file)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Pooling = false,
                DefaultTimeout = 1,
            }.ConnectionString
        );
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = DELETE";
            if (command.ExecuteScalar() as string == "delete")
            {
                return;
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT)
        {
            // It is to be replaced because it no longer opens; a log of its own would be read into the new file.
            File.Delete(file + "-wal");
            File.Delete(file + "-shm");
            return;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED)
        {
            throw InUse(file, e);
        }

        throw InUse(file, null);
    }

    private static BackupFailedException InUse(string file, Exception? inner) =>
        new(
            $"Nothing was changed, because {file} is in use. Stop the console and other programs that use it, or restore from the console's page.",
            inner
        );
}

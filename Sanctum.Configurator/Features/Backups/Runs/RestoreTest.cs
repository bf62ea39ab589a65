using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Sources;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>Proves a backup by restoring it into a throw-away place, where nothing else looks.</summary>
internal sealed class RestoreTest(RegistrySnapshot snapshots, BackupFiles files, DumpRestoreTest dumps)
{
    /// <summary>
    /// Unpacks every part; counts the rows of databases against the manifest, has SQLite check them, brings the registry to this
    /// version's schema and has it checked again. A dump is restored by PostgreSQL's own program.
    /// </summary>
    /// <returns>A verdict for each part.</returns>
    /// <exception cref="ArchiveDamagedException">The file as a whole can't be read, or the passphrase is wrong.</exception>
    /// <exception cref="BackupFailedException">There is no room to restore it.</exception>
    internal async Task<IReadOnlyList<PartVerdict>> RunAsync(
        string file,
        string? passphrase,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        using var archive = await Task.Run(() => ArchiveChain.Open(file, passphrase), cancel);
        files.RequireSpace(archive.Manifest.Size);
        using var work = files.NewWorkFolder();
        var (done, total) = (0L, archive.Manifest.Size);
        var verdicts = new List<PartVerdict>();
        foreach (var part in archive.Manifest.Parts)
        {
            try
            {
                await archive.UnpackAsync(
                    part,
                    work.FileOf(part.Name),
                    new DirectProgress<long>(bytes => progress.Report(new("Restoring into a temporary database", done += bytes, total))),
                    cancel,
                    isHashed: true
                );
                verdicts.Add(await ProveAsync(archive.Manifest, part, work.FileOf(part.Name), progress, cancel));
            }
            catch (ArchiveDamagedException e)
            {
                verdicts.Add(new(part.Name, false, e.Message));
            }
        }

        return verdicts;
    }

    private async Task<PartVerdict> ProveAsync(
        Manifest manifest,
        Part part,
        string file,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        if (part.Name != PostgresDump.Part)
        {
            return part.IsDatabase ? await CheckAsync(part, file, progress, cancel) : new(part.Name, true, "Verified.");
        }

        progress.Report(new("Restoring the dump into a temporary database"));
        var copied = manifest.Parts.FirstOrDefault(p => p.Name == BackupMaker.RegistryPart)?.Rows;
        return await dumps.RunAsync(part.Name, file, copied ?? new Dictionary<string, long>(), cancel);
    }

    private async Task<PartVerdict> CheckAsync(Part part, string file, IProgress<BackupStep> progress, CancellationToken cancel)
    {
        progress.Report(new($"Checking {part.Name}"));
        if ((await RegistrySnapshot.CheckAsync(file, cancel)) is [var fault, ..])
        {
            return new(part.Name, false, $"SQLite's integrity check failed: {fault}.");
        }

        var counted = await RegistrySnapshot.CountAsync(file, cancel);
        var said = part.Rows ?? new Dictionary<string, long>();
        if (
            said
                .Keys.Union(counted.Keys)
                .FirstOrDefault(table => said.GetValueOrDefault(table, -1) != counted.GetValueOrDefault(table, -1)) is
            { } table
        )
        {
            return new(
                part.Name,
                false,
                $"The table {table} has {counted.GetValueOrDefault(table):N0} rows, but the manifest lists {said.GetValueOrDefault(table):N0}."
            );
        }

        if (part.Name == BackupMaker.RegistryPart)
        {
            await snapshots.MigrateAsync(file, cancel);
            if ((await RegistrySnapshot.CheckAsync(file, cancel)) is [var after, ..])
            {
                return new(part.Name, false, $"SQLite's integrity check failed after the migration: {after}.");
            }
        }

        return new(part.Name, true, $"{counted.Values.Sum():N0} rows in {counted.Count} tables were restored.");
    }
}

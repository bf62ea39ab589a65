using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Proves a backup by restoring it into a throw-away place, where nothing else looks.</summary>
public sealed class BackupDrill(RegistrySnapshot snapshots, BackupFiles files)
{
    /// <summary>
    /// Unpacks every part; counts the rows of databases against the manifest, has SQLite check them, brings the registry to this
    /// version's schema and has it checked again.
    /// </summary>
    /// <returns>A verdict for each part.</returns>
    /// <exception cref="ArchiveDamagedException">The file as a whole can't be read, or the passphrase is wrong.</exception>
    /// <exception cref="BackupFailedException">There is no room to restore it.</exception>
    internal async Task<IReadOnlyList<PartVerdict>> RunAsync(string file, string? passphrase, Action<string, double?> say, CancellationToken cancel)
    {
        using var archive = await Task.Run(() => ArchiveReader.Open(file, passphrase), cancel);
        files.RequireRoom(archive.Manifest.Size);
        using var work = files.NewWorkFolder();
        var (done, total) = (0L, (double)Math.Max(1, archive.Manifest.Size));
        var verdicts = new List<PartVerdict>();
        foreach (var part in archive.Manifest.Parts)
        {
            try
            {
                await UnpackAsync(archive, part, work, bytes => say("Restoring into a throw-away place", (done += bytes) / total), cancel);
                say("Checking what came back", null);
                verdicts.Add(part.Kind == PartKind.Sqlite ? await CheckAsync(part, work.File(part.Name), cancel) : new(part.Name, true, "Whole."));
            }
            catch (ArchiveDamagedException e)
            {
                verdicts.Add(new(part.Name, false, e.Message));
            }
        }

        return verdicts;
    }

    /// <summary>Writes one part into the folder, whose name for it is the part's.</summary>
    internal static async Task UnpackAsync(ArchiveReader archive, Part part, WorkFolder work, Action<long>? advance, CancellationToken cancel)
    {
        var path = work.File(part.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await archive.CopyAsync(part, target, advance, cancel);
    }

    private async Task<PartVerdict> CheckAsync(Part part, string file, CancellationToken cancel)
    {
        if ((await RegistrySnapshot.CheckAsync(file, cancel)) is [var fault, ..])
        {
            return new(part.Name, false, $"SQLite finds a fault: {fault}.");
        }

        var counted = await RegistrySnapshot.CountAsync(file, cancel);
        var said = part.Rows ?? new Dictionary<string, long>();
        if (said.Keys.Union(counted.Keys).FirstOrDefault(table => said.GetValueOrDefault(table, -1) != counted.GetValueOrDefault(table, -1)) is { } table)
        {
            return new(part.Name, false, $"The table {table} has {counted.GetValueOrDefault(table):N0} rows, and the manifest says {said.GetValueOrDefault(table):N0}.");
        }

        if (part.Name == BackupMaker.RegistryPart)
        {
            await snapshots.MigrateAsync(file, cancel);
            if ((await RegistrySnapshot.CheckAsync(file, cancel)) is [var after, ..])
            {
                return new(part.Name, false, $"SQLite finds a fault after the migration: {after}.");
            }
        }

        return new(part.Name, true, $"{counted.Values.Sum():N0} rows in {counted.Count} tables came back.");
    }
}

using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Makes a backup file out of the registry as it is at one moment.</summary>
public sealed class BackupMaker(RegistryLocation location, RegistrySnapshot snapshots, IDbContextFactory<RegistryDbContext> registries, BackupFiles files, TimeProvider clock)
{
    public const string RegistryPart = "registry.db";
    public const string LogsPart = "logs.db";
    public const string KeysFolder = "keys";

    private static readonly string Product = typeof(BackupMaker).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Makes the file: under another name until it is whole and on the disk.</summary>
    /// <param name="say">Told what is done, and how far it is, from 0 to 1.</param>
    /// <exception cref="BackupFailedException">There is no room for it.</exception>
    internal async Task<WrittenArchive> MakeAsync(string path, BackupForm form, Action<string, double?> say, CancellationToken cancel)
    {
        var sources = SizeOf(location.RegistryFile) + (HasLogs(form) ? SizeOf(location.LogsFile) : 0);
        files.RequireRoom(2 * sources);
        using var work = files.NewWorkFolder();
        await snapshots.TakeAsync(work.File(RegistryPart), done => say("Copying the registry", done), cancel);
        if (form.Type == BackupType.ConfigOnly)
        {
            await RegistrySnapshot.KeepConfigurationAsync(work.File(RegistryPart), cancel);
        }

        if (HasLogs(form))
        {
            await snapshots.TakeLogsAsync(work.File(LogsPart), done => say("Copying the logs", done), cancel);
        }

        var partial = BackupFiles.PartialOf(path);
        try
        {
            var written = await PackAsync(partial, form, work, say, cancel);
            File.Move(partial, path);
            return written;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static bool HasLogs(BackupForm form) => form is { Type: BackupType.Full, Logs: true };

    private static long SizeOf(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;

    private async Task<WrittenArchive> PackAsync(string file, BackupForm form, WorkFolder work, Action<string, double?> say, CancellationToken cancel)
    {
        var total = (double)Math.Max(1, Directory.EnumerateFiles(work.Path).Sum(SizeOf));
        var done = 0L;
        void Advance(long bytes) => say("Packing", (done += bytes) / total);

        await using var writer = await ArchiveWriter.CreateAsync(file, form.Passphrase, cancel);
        foreach (var name in new[] { RegistryPart, LogsPart }.Where(name => File.Exists(work.File(name))))
        {
            var rows = await RegistrySnapshot.CountAsync(work.File(name), cancel);
            await using var source = File.OpenRead(work.File(name));
            await writer.AddAsync(name, PartKind.Sqlite, source, rows, Advance, cancel);
        }

        if (form.Passphrase is not null)
        {
            foreach (var key in Directory.EnumerateFiles(location.KeysFolder, "*.xml").Order(StringComparer.Ordinal))
            {
                await using var source = File.OpenRead(key);
                await writer.AddAsync($"{KeysFolder}/{Path.GetFileName(key)}", PartKind.File, source, null, null, cancel);
            }
        }

        var schema = await SchemaAsync(cancel);
        return await writer.FinishAsync(
            parts => new(writer.Id, clock.GetUtcNow(), Product, schema, Words<BackupType>.Of(form.Type), form.Passphrase is not null, parts), cancel);
    }

    private async Task<string> SchemaAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return (await registry.Database.GetAppliedMigrationsAsync(cancel)).LastOrDefault() ?? "";
    }
}

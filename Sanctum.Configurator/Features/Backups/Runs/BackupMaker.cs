using System.Reflection;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>A backup that was made.</summary>
/// <param name="Warning">What it lacks although it is whole; null for nothing.</param>
internal sealed record MadeBackup(WrittenArchive Archive, string? Warning);

/// <summary>Makes a backup file out of the registry as it is at one moment, and of the installation around it.</summary>
internal sealed class BackupMaker(
    RegistryLocation location,
    RegistrySnapshot snapshots,
    IDbContextFactory<RegistryDbContext> registries,
    BackupFiles files,
    ChainHeads heads,
    InstallationFiles installation,
    LettaAgentFiles agents,
    PostgresDump dumps,
    OperatorFiles operatorFiles,
    TimeProvider clock
)
{
    public const string RegistryPart = "registry.db";
    public const string LogsPart = "logs.db";
    public const string KeysFolder = "keys";

    private static readonly string Product = typeof(BackupMaker)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion;

    /// <summary>Makes the file: under another name until it is whole and on the disk.</summary>
    /// <param name="parent">The backup to continue; null for one that stands alone.</param>
    /// <param name="progress">Told what is done, and how many bytes of how many.</param>
    /// <exception cref="BackupFailedException">There is no room for it.</exception>
    public async Task<MadeBackup> MakeAsync(
        string path,
        BackupForm form,
        ChainHead? parent,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        await RequireSpaceAsync(form, cancel);
        using var work = files.NewWorkFolder();
        using var gathered = await GatherAsync(form, work, progress, cancel);
        var partial = BackupFiles.PartialOf(path);
        try
        {
            var (written, hashes) = await PackAsync(partial, form, parent, gathered, progress, cancel);
            if (form.Type != BackupType.ConfigOnly)
            {
                // Before the file has its name: what is remembered of a file that is not there is never used.
                heads.Remember(written.Manifest.Id, hashes);
            }

            File.Move(partial, path);
            return new(written, gathered.Missing.Count > 0 ? string.Join(' ', gathered.Missing) : null);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static bool HasLogs(BackupForm form) => form.Type != BackupType.ConfigOnly && form.Logs;

    private static long SizeOf(string file) => new FileInfo(file) is { Exists: true } there ? there.Length : 0;

    /// <summary>What is in the write-ahead log may not be in the file yet.</summary>
    private static long DatabaseSizeOf(string file) => SizeOf(file) + SizeOf(file + "-wal");

    /// <summary>Databases may be there twice for a while: as copies, or unpacked by the drill, and packed.</summary>
    private async Task RequireSpaceAsync(BackupForm form, CancellationToken cancel)
    {
        var databases =
            DatabaseSizeOf(location.RegistryFile)
            + (HasLogs(form) ? DatabaseSizeOf(location.LogsFile) : 0)
            + (dumps.IsWanted(form) ? await dumps.SizeAsync(cancel) : 0);
        files.RequireSpace(2 * (databases + (form.Type == BackupType.ConfigOnly ? 0 : await installation.SizeAsync(form, cancel))));
    }

    private async Task<Gathered> GatherAsync(BackupForm form, WorkFolder work, IProgress<BackupStep> progress, CancellationToken cancel)
    {
        var gathered = new Gathered();
        try
        {
            await GatherAsync(gathered, form, work, progress, cancel);
            return gathered;
        }
        catch
        {
            gathered.Dispose();
            throw;
        }
    }

    private async Task GatherAsync(
        Gathered gathered,
        BackupForm form,
        WorkFolder work,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        if (form.Type == BackupType.ConfigOnly)
        {
            gathered.Parts.Add(await CopyAsync(RegistryPart, "Copying the registry", TakeRegistryAsync, work, progress, cancel));
            await RegistrySnapshot.KeepConfigurationAsync(work.File(RegistryPart), cancel);
        }
        else
        {
            gathered.Parts.Add(
                Held(RegistryPart, location.RegistryFile, snapshots.TryHold())
                    ?? await CopyAsync(RegistryPart, "Copying the registry", TakeRegistryAsync, work, progress, cancel)
            );
        }

        if (File.Exists(work.File(PostgresDump.Part)))
        {
            gathered.Parts.Add(new(PostgresDump.Part, work.File(PostgresDump.Part)));
        }

        if (HasLogs(form))
        {
            gathered.Parts.Add(
                Held(LogsPart, location.LogsFile, snapshots.TryHoldLogs())
                    ?? await CopyAsync(LogsPart, "Copying the logs", snapshots.TakeLogsAsync, work, progress, cancel)
            );
        }

        if (form is { Passphrase: not null, WithKeys: true })
        {
            gathered.Parts.AddRange(
                Directory
                    .EnumerateFiles(location.KeysFolder, "*.xml")
                    .Order(StringComparer.Ordinal)
                    .Select(key => new PartSource($"{KeysFolder}/{Path.GetFileName(key)}", key))
            );
        }

        if (form.Type != BackupType.ConfigOnly)
        {
            await installation.GatherAsync(form, work, gathered, progress, cancel);
        }

        if (form.LettaAgents && form.Type != BackupType.ConfigOnly)
        {
            await agents.GatherAsync(work, gathered, progress, cancel);
        }

        Task TakeRegistryAsync(string file, IProgress<BytesDone>? copied, CancellationToken stop) =>
            snapshots.TakeAsync(
                file,
                copied,
                stop,
                moment => dumps.IsWanted(form) ? dumps.GatherAsync(moment, form, work, gathered, progress, stop) : Task.CompletedTask
            );
    }

    private static PartSource? Held(string name, string file, SqlitePages? pages) =>
        pages is null ? null : new(name, file, IsDatabase: true, Pages: pages);

    private static async Task<PartSource> CopyAsync(
        string name,
        string what,
        Func<string, IProgress<BytesDone>?, CancellationToken, Task> take,
        WorkFolder work,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        await take(work.File(name), new DirectProgress<BytesDone>(bytes => progress.Report(new(what, bytes.Done, bytes.Total))), cancel);
        return new(name, work.File(name), IsDatabase: true);
    }

    private async Task<(WrittenArchive Archive, Dictionary<string, PageHashes> Hashes)> PackAsync(
        string file,
        BackupForm form,
        ChainHead? parent,
        Gathered gathered,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        using var before = parent is null ? null : await Task.Run(() => ArchiveReader.Open(parent.File, parent.Keys), cancel);
        var keys = parent?.Keys ?? PassphraseKeys.Of(form.Passphrase);
        await using var writer = await ArchiveWriter.CreateAsync(file, keys, before, cancel);
        var packer = new PartPacker(
            operatorFiles,
            writer,
            parent,
            before,
            gathered.Parts.Sum(source => source.Pages?.Length ?? SizeOf(source.File)),
            progress,
            gathered.Missing
        );
        foreach (var source in gathered.Parts)
        {
            await packer.AddAsync(source, cancel);
        }

        var schema = await SchemaAsync(cancel);
        var written = await writer.FinishAsync(
            parts =>
                new(
                    writer.Id,
                    clock.GetUtcNow(),
                    Product,
                    schema,
                    EnumText<BackupType>.Of(form.Type),
                    form.Passphrase is not null,
                    parts,
                    parent is null ? null : new(parent.Id, Path.GetFileName(parent.File))
                ),
            cancel
        );
        return (written, packer.Hashes);
    }

    private async Task<string> SchemaAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return (await registry.Database.GetAppliedMigrationsAsync(cancel)).LastOrDefault() ?? "";
    }
}

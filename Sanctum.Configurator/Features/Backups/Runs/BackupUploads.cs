using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Takes backup files that were made elsewhere, or downloaded before. A file is in the list only when every byte of it was read and this
/// console can restore it; until then it has another name.
/// </summary>
public sealed partial class BackupUploads(
    IDbContextFactory<RegistryDbContext> registries,
    BackupFiles files,
    BackupService backups,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<BackupUploads> log
)
{
    private const int BufferBytes = 1 << 16;

    /// <param name="length">Bytes that will come, where that is known.</param>
    /// <param name="passphrase">What opens it, where it is encrypted.</param>
    /// <param name="progress">Told of the bytes that have come.</param>
    public async Task<Outcome<BackupRow>> TakeAsync(
        Stream content,
        long? length,
        string? passphrase,
        IProgress<long>? progress,
        CancellationToken cancel
    )
    {
        if (!await caller.MayAsync(Policies.RestoreBackups))
        {
            return new Outcome<BackupRow>.Invalid("", "You don't have permission to upload backups.");
        }

        PrivateFiles.CreateFolder(files.Folder);
        var name = files.NewName(BackupTrigger.Upload);
        var partial = BackupFiles.PartialOf(files.PathOf(name));
        try
        {
            files.RequireSpace(length ?? 0);
            await ReceiveAsync(content, partial, progress, cancel);
            return await AdoptAsync(partial, name, passphrase, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException && BackupFailedException.Explain(e, files.Folder) is not null)
        {
            LogRefused(e);
            return new Outcome<BackupRow>.Invalid("", $"The upload was refused. {BackupFailedException.Explain(e, files.Folder)}");
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static async Task ReceiveAsync(Stream content, string partial, IProgress<long>? progress, CancellationToken cancel)
    {
        await using var target = PrivateFiles.Create(partial);
        var (buffer, received) = (new byte[BufferBytes], 0L);
        for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0; progress?.Report(received))
        {
            await target.WriteAsync(buffer.AsMemory(0, read), cancel);
            received += read;
        }

        target.Flush(flushToDisk: true);
    }

    private async Task<Outcome<BackupRow>> AdoptAsync(string partial, string name, string? passphrase, CancellationToken cancel)
    {
        using var chain = await Task.Run(() => ArchiveChain.Open(partial, passphrase), cancel);
        var manifest = chain.Manifest;
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (EnumText<BackupType>.Find(manifest.Type) is not { } type || IsNewer(manifest, registry))
        {
            throw new BackupFailedException($"The backup was made by a newer console ({manifest.Product}). Update this console first.");
        }

        if (FormerMigrations.WhyNotRestored(manifest.Schema) is { } tooOld)
        {
            throw new BackupFailedException(tooOld);
        }

        if ((await chain.VerifyAsync(cancel)).FirstOrDefault(verdict => !verdict.Ok) is { } bad)
        {
            throw new BackupFailedException($"{bad.Name} is damaged. {bad.Message}");
        }

        var known = await registry.Backups.FirstOrDefaultAsync(b => b.ArchiveId == manifest.Id, cancel);
        if (known is not null && files.IsThere(known.FilePath))
        {
            throw new BackupFailedException($"This backup already exists as {known.Name}.");
        }

        if (known?.Checksum is { } sum && await SumOfAsync(partial, cancel) != sum)
        {
            throw new BackupFailedException($"It has the name of {known.Name}, but different content. It may be forged.");
        }

        var backup =
            known
            ?? new Backup
            {
                Name = name,
                Trigger = BackupTrigger.Upload,
                CreatedAt = manifest.CreatedAt,
                ArchiveId = manifest.Id,
                ParentArchiveId = manifest.Parent?.Id,
            };
        var path = files.PathOf(backup.Name);
        File.Move(partial, path);
        await DescribeAsync(backup, path, type, chain, cancel);
        if (known is null)
        {
            registry.Add(backup);
        }

        await registry.SaveChangesAsync(CancellationToken.None);
        LogTaken(backup.Name);
        return await backups.FindAsync(backup.Id, CancellationToken.None) is { } row
            ? new Outcome<BackupRow>.Ok(row)
            : new Outcome<BackupRow>.NotFound();
    }

    private async Task DescribeAsync(Backup backup, string path, BackupType type, ArchiveChain chain, CancellationToken cancel)
    {
        (backup.Type, backup.Status, backup.Failure) = (type, BackupStatus.Completed, null);
        (backup.FilePath, backup.SizeBytes, backup.IsEncrypted) = (path, new FileInfo(path).Length, chain.IsEncrypted);
        backup.Checksum = await SumOfAsync(path, cancel);
        backup.Description ??= $"Uploaded on {clock.GetUtcNow().UtcDateTime:yyyy-MM-dd}.";
    }

    private static async Task<string> SumOfAsync(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(file, cancel));
    }

    /// <summary>Both databases have the same migrations under their own stamps.</summary>
    private static string NameOf(string migration) => migration[(migration.IndexOf('_', StringComparison.Ordinal) + 1)..];

    private static long StampOf(string migration) => long.TryParse(migration.Split('_')[0], out var stamp) ? stamp : long.MaxValue;

    private static bool IsNewer(Manifest manifest, RegistryDbContext registry)
    {
        var known = registry.Database.GetMigrations().ToList();
        return !known.Select(NameOf).Contains(NameOf(manifest.Schema))
            && known.All(migration => StampOf(migration) < StampOf(manifest.Schema));
    }

    [LoggerMessage(LogLevel.Information, "The backup {Name} was uploaded")]
    private partial void LogTaken(string name);

    [LoggerMessage(LogLevel.Warning, "An uploaded backup was refused")]
    private partial void LogRefused(Exception exception);
}

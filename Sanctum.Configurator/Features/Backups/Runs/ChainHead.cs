using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>A backup that an increment can continue.</summary>
/// <param name="Hashes">What its databases held, page by page, by the names of their parts.</param>
internal sealed record ChainHead(Guid Id, string File, PassphraseKeys? Keys, IReadOnlyDictionary<string, PageHashes> Hashes);

/// <summary>
/// Remembers the pages of the newest backups, beside them. What is remembered is worth nothing without the live database and can be
/// deleted at any time: the next backup is then a full one.
/// </summary>
internal sealed class ChainHeads(BackupFiles files, IDbContextFactory<RegistryDbContext> registries)
{
    /// <summary>Backups under different passphrases are continued side by side.</summary>
    private const int Kept = 3;

    /// <summary>The newest backup that was not found bad and is opened by this passphrase; null where a full one is needed.</summary>
    public async Task<ChainHead?> FindAsync(string? passphrase, CancellationToken cancel)
    {
        var keys = PassphraseKeys.Of(passphrase);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        foreach (var folder in Newest())
        {
            if (
                Guid.TryParseExact(Path.GetFileName(folder), "N", out var id)
                && await registry
                    .Backups.AsNoTracking()
                    .FirstOrDefaultAsync(b => b.ArchiveId == id && b.Status == BackupStatus.Completed && b.DrillFailure == null, cancel)
                    is { } backup
                && backup.IsEncrypted == keys is not null
                && files.IsThere(backup.FilePath)
                && await Task.Run(() => IsOpenedBy(backup.FilePath!, id, keys), cancel)
            )
            {
                return new(id, backup.FilePath!, keys, Read(folder));
            }
        }

        return null;
    }

    /// <summary>Remembers what a backup holds.</summary>
    public void Remember(Guid id, IReadOnlyDictionary<string, PageHashes> hashes)
    {
        var folder = Path.Combine(files.ChainFolder, id.ToString("N"));
        PrivateFiles.CreateFolder(files.ChainFolder);
        PrivateFiles.CreateFolder(folder);
        try
        {
            foreach (var (part, pages) in hashes)
            {
                var file = Path.Combine([folder, .. part.Split('/')]);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                pages.Save(file);
            }
        }
        catch
        {
            // On a disk that is full, what is half-made would take the place of one that can be continued.
            Directory.Delete(folder, recursive: true);
            throw;
        }

        foreach (var old in Newest().Skip(Kept))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    /// <summary>Ids of this kind sort by time.</summary>
    private IEnumerable<string> Newest() =>
        !Directory.Exists(files.ChainFolder)
            ? []
            : Directory.GetDirectories(files.ChainFolder).OrderByDescending(Path.GetFileName, StringComparer.Ordinal);

    private static Dictionary<string, PageHashes> Read(string folder)
    {
        var hashes = new Dictionary<string, PageHashes>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (PageHashes.Find(file) is { } pages)
            {
                hashes[Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')] = pages;
            }
        }

        return hashes;
    }

    private static bool IsOpenedBy(string file, Guid id, PassphraseKeys? keys)
    {
        try
        {
            using var archive = ArchiveReader.Open(file, keys);
            return archive.Header.Id == id;
        }
        catch (ArchiveDamagedException)
        {
            return false;
        }
    }
}

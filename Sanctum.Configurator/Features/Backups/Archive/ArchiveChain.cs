using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>
/// A backup with all those it continues, back to the one that stands alone. They are found beside it, by the ids in their headers.
/// </summary>
internal sealed class ArchiveChain : IDisposable
{
    /// <summary>The newest first.</summary>
    private readonly IReadOnlyList<(string File, ArchiveReader Archive)> _links;

    private ArchiveChain(IReadOnlyList<(string, ArchiveReader)> links) => _links = links;

    /// <summary>Of the backup itself.</summary>
    public Manifest Manifest => _links[0].Archive.Manifest;

    /// <summary>It needs a passphrase.</summary>
    public bool IsEncrypted => _links[0].Archive.Header.Salt is not null;

    /// <exception cref="ArchiveDamagedException">One of them is missing or can't be read, or the passphrase is wrong.</exception>
    public static ArchiveChain Open(string path, string? passphrase)
    {
        var keys = PassphraseKeys.Of(passphrase);
        var links = new List<(string File, ArchiveReader Archive)>();
        try
        {
            for (var next = path; next is not null; next = FindParent(links[^1].Archive, links, path))
            {
                links.Add((Path.GetFileName(next), OpenLink(next, keys, isFirst: links.Count == 0)));
            }

            return new(links);
        }
        catch
        {
            links.ForEach(link => link.Archive.Dispose());
            throw;
        }
    }

    /// <summary>Reads every byte of it, and of those it continues.</summary>
    public async Task<IReadOnlyList<PartVerdict>> VerifyAsync(CancellationToken cancel)
    {
        var verdicts = new List<PartVerdict>(await _links[0].Archive.VerifyAsync(null, cancel));
        foreach (var (file, archive) in _links.Skip(1))
        {
            var bad = (await archive.VerifyAsync(null, cancel)).FirstOrDefault(verdict => !verdict.Ok);
            verdicts.Add(new(file, bad is null, bad is null ? "Verified." : $"This backup requires it. {bad.Message}"));
        }

        return verdicts;
    }

    /// <summary>Writes what a part is, put together with what it continues, into a new file.</summary>
    /// <param name="progress">Told of the bytes that came back.</param>
    /// <param name="isHashed">See <see cref="ArchiveReader.Open(Part, bool, Action{long}?)"/>; what is put together is hashed in any
    /// case.</param>
    /// <exception cref="ArchiveDamagedException">A part of the chain is damaged. The file is not to be used.</exception>
    public async Task UnpackAsync(Part part, string path, IProgress<long>? progress, CancellationToken cancel, bool isHashed = false)
    {
        var links = LinksOf(part);
        if (links[^1].Part.Restored != part.Restored)
        {
            // Before it is written: what it says of its size is what room was looked for.
            throw NotWhatItSays(part);
        }

        PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
        await using var target = PrivateFiles.Create(path);
        if (links is [var (archive, alone)])
        {
            await archive.CopyAsync(alone, target, progress, cancel, isHashed);
        }
        else
        {
            await PageRestore.RunAsync(links, target, progress, cancel);
        }

        if (links.Count > 1)
        {
            await CheckAsync(part, target, cancel);
        }
    }

    public void Dispose()
    {
        foreach (var (_, archive) in _links)
        {
            archive.Dispose();
        }
    }

    /// <summary>What the part is made of: the one that stands alone first, then each that changed it.</summary>
    private List<(ArchiveReader Archive, Part Part)> LinksOf(Part part)
    {
        var links = new List<(ArchiveReader, Part)>();
        var needed = part;
        foreach (var (file, archive) in _links)
        {
            needed =
                archive.Manifest.Parts.FirstOrDefault(p => p.Name == part.Name)
                ?? throw new ArchiveDamagedException($"The part {part.Name} depends on a part that {file} doesn't have.", part.Name);
            if (needed.Kind != PartKind.Same)
            {
                links.Insert(0, (archive, needed));
            }

            if (!needed.NeedsParent)
            {
                break;
            }
        }

        return links;
    }

    private static async Task CheckAsync(Part part, FileStream target, CancellationToken cancel)
    {
        await target.FlushAsync(cancel);
        target.Position = 0;
        if (
            target.Length != part.Restored.Size
            || Convert.ToHexStringLower(await SHA256.HashDataAsync(target, cancel)) != part.Restored.Sha256
        )
        {
            throw NotWhatItSays(part);
        }
    }

    private static ArchiveDamagedException NotWhatItSays(Part part) =>
        new($"The part {part.Name}, combined with the backups it depends on, doesn't match the manifest.", part.Name);

    private static ArchiveReader OpenLink(string path, PassphraseKeys? keys, bool isFirst)
    {
        try
        {
            return ArchiveReader.Open(path, keys);
        }
        catch (ArchiveDamagedException e) when (!isFirst)
        {
            throw new ArchiveDamagedException(
                $"{Path.GetFileName(path)}, which this backup depends on, can't be read. {e.Message}",
                Path.GetFileName(path),
                e
            );
        }
    }

    private static string? FindParent(ArchiveReader child, List<(string File, ArchiveReader Archive)> links, string path)
    {
        if (child.Manifest.Parent is not { } parent)
        {
            return null;
        }

        if (links.Any(link => link.Archive.Header.Id == parent.Id))
        {
            throw new ArchiveDamagedException("The backup depends on itself and can't be used.");
        }

        return Find(Path.GetDirectoryName(Path.GetFullPath(path))!, parent)
            ?? throw new ArchiveDamagedException(
                $"This backup depends on {parent.Name}, which is missing. Copy that file into the same folder.",
                parent.Name
            );
    }

    /// <summary>The file of a backup in a folder, whatever it is called by now; null for none.</summary>
    private static string? Find(string folder, ParentArchive wanted) =>
        Directory
            .EnumerateFiles(folder, $"*{BackupFiles.Extension}")
            .OrderByDescending(file => Path.GetFileName(file) == Path.GetFileName(wanted.Name))
            .FirstOrDefault(file => ArchiveHeader.FindId(file) == wanted.Id);
}

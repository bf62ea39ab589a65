using System.Security.Cryptography;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>Adds parts to a backup: whole, or, where it continues another one, what has changed of them.</summary>
/// <param name="parent">The backup it continues, and <paramref name="before"/> its file; null for none.</param>
/// <param name="total">The bytes of all parts.</param>
/// <param name="missing">Told what could not be read.</param>
internal sealed class PartPacker(
    OperatorFiles files,
    ArchiveWriter writer,
    ChainHead? parent,
    ArchiveReader? before,
    long total,
    IProgress<BackupStep> progress,
    ICollection<string> missing
)
{
    private long _done;

    /// <summary>The pages of the databases that were added, by the names of their parts.</summary>
    public Dictionary<string, PageHashes> Hashes { get; } = [];

    public async Task AddAsync(PartSource source, CancellationToken cancel)
    {
        var earlier = before?.Manifest.Parts.FirstOrDefault(part => part.Name == source.Name);
        if (source.IsDatabase)
        {
            await AddDatabaseAsync(source, earlier, cancel);
        }
        else if (source.Modified is { } modified)
        {
            await AddWrittenAsync(source, modified, earlier, cancel);
        }
        else
        {
            await using var content = Open(source);
            await writer.AddAsync(source.Name, PartKind.File, content, null, new DirectProgress<long>(Advance), cancel);
        }
    }

    /// <summary>A file of another program's, which may write it, delete it, or take its rights away meanwhile.</summary>
    private async Task AddWrittenAsync(PartSource source, DateTimeOffset modified, Part? earlier, CancellationToken cancel)
    {
        try
        {
            var mode = source.Mode;
            if (earlier?.Modified == modified && earlier.Restored.Size == new FileInfo(source.File).Length)
            {
                await writer.AddAsync(
                    source.Name,
                    PartKind.Same,
                    Stream.Null,
                    part => part with { Whole = earlier.Restored, Modified = modified, Mode = mode },
                    null,
                    cancel
                );
                return;
            }

            await using var content = new ReadableStream(Open(source));
            await writer.AddAsync(
                source.Name,
                PartKind.File,
                content,
                part => part with { Modified = modified, Mode = mode },
                new DirectProgress<long>(Advance),
                cancel
            );
            if (content.Failure is { } failure)
            {
                missing.Add($"{source.File} could be read in part only ({failure}), and is in this backup as far as that.");
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted since it was gathered: it is as if that had come first.
        }
        catch (Exception e) when (e is PathRefusedException or UnauthorizedAccessException)
        {
            missing.Add($"{source.File} could not be read ({e.Message}).");
        }
    }

    private async Task AddDatabaseAsync(PartSource source, Part? earlier, CancellationToken cancel)
    {
        using var own = source.Pages is null ? SqlitePages.OfFile(source.File) : null;
        var pages = source.Pages ?? own!;
        var rows = await pages.CountRowsAsync(cancel);
        var known = parent?.Hashes.GetValueOrDefault(source.Name);
        if (earlier is not null && known?.PageSize == pages.PageSize)
        {
            var hashing = OwnThread.RunAsync(() => PageHashes.Of(pages, known, cancel));
            var whole = await WholeAsync(pages, cancel);
            var hashes = Hashes[source.Name] = await hashing;
            await using var changed = PagesStream.Changed(pages, PageMap.Between(known, hashes));
            await writer.AddAsync(source.Name, PartKind.Pages, changed, part => part with { Rows = rows, Whole = whole }, null, cancel);
            Advance(pages.Length);
        }
        else
        {
            var hashes = Hashes[source.Name] = PageHashes.For(pages, known);
            await using var content = PagesStream.Whole(pages);
            await writer.AddAsync(
                source.Name,
                PartKind.Sqlite,
                content,
                part => part with { Rows = rows },
                new DirectProgress<long>(Advance),
                cancel,
                (offset, piece) => hashes.Add(offset, piece.Span)
            );
        }
    }

    private static async Task<Whole> WholeAsync(SqlitePages pages, CancellationToken cancel)
    {
        await using var content = PagesStream.Whole(pages);
        return new(pages.Length, Convert.ToHexStringLower(await Task.Run(async () => await SHA256.HashDataAsync(content, cancel), cancel)));
    }

    /// <summary>
    /// Other programs may write a file of theirs meanwhile. What says that it is empty may be a pipe, on which reading would wait for ever.
    /// </summary>
    private Stream Open(PartSource source) =>
        source.Within is { } folder ? files.OpenRead(source.File, folder)
        : new FileInfo(source.File).Length == 0 ? Stream.Null
        : new FileStream(
            source.File,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0,
            FileOptions.SequentialScan
        );

    private void Advance(long bytes) => progress.Report(new("Packing", _done += bytes, total));
}

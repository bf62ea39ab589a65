namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>Puts a SQLite file together out of a whole one and the changes that followed it.</summary>
internal static class PageRestore
{
    /// <summary>Bits of a place that say which of a link's pages it is; those above say which link.</summary>
    private const int PageBits = 44;

    /// <summary>Reads each link once and writes each page once, however many changes follow each other.</summary>
    /// <param name="links">The whole file first.</param>
    /// <exception cref="ArchiveDamagedException">The links do not fit together, or one is damaged.</exception>
    public static async Task RunAsync(
        IReadOnlyList<(ArchiveReader Archive, Part Part)> links,
        FileStream target,
        IProgress<long>? progress,
        CancellationToken cancel
    )
    {
        var (places, pageSize) = await PlacesAsync(links, cancel);
        var pages = new int[places.Length];
        for (var page = 0; page < pages.Length; page++)
        {
            pages[page] = page;
        }

        Array.Sort(places, pages);
        target.SetLength((long)pages.Length * pageSize);
        var next = 0;
        for (var link = 0; link < links.Count; link++)
        {
            var (archive, part) = links[link];
            await using var source = archive.Open(part);
            if (link > 0)
            {
                await PageMap.ReadAsync(source, part, cancel);
            }

            var content = new byte[pageSize];
            for (var at = 0L; await source.ReadAtLeastAsync(content, pageSize, throwOnEndOfStream: false, cancel) == pageSize; at++)
            {
                for (; next < places.Length && places[next] == PlaceOf(link, at); next++)
                {
                    MoveTo(target, (long)pages[next] * pageSize);
                    await target.WriteAsync(content, cancel);
                    progress?.Report(pageSize);
                }
            }
        }

        if (next < places.Length)
        {
            throw PageMap.Senseless(links[^1].Part);
        }
    }

    /// <summary>Where each page of the result comes from.</summary>
    private static async Task<(long[] Places, int PageSize)> PlacesAsync(
        IReadOnlyList<(ArchiveReader Archive, Part Part)> links,
        CancellationToken cancel
    )
    {
        long[]? places = null;
        var pageSize = 0;
        for (var link = 1; link < links.Count; link++)
        {
            var (archive, part) = links[link];
            await using var source = archive.Open(part);
            var map = await PageMap.ReadAsync(source, part, cancel);
            pageSize = link == 1 ? map.PageSize : pageSize;
            places ??= [.. from page in Enumerable.Range(0, (int)(links[0].Part.Size / pageSize)) select PlaceOf(0, page)];
            if (map.PageSize != pageSize || map.ParentPages != places.Length || map.Pages > Array.MaxLength)
            {
                throw new ArchiveDamagedException($"The part {part.Name} doesn't follow the previous one.", part.Name);
            }

            places = Follow(places, map, link);
        }

        return (places!, pageSize);
    }

    private static long[] Follow(long[] before, PageMap map, int link)
    {
        var after = new long[map.Pages];
        var (at, fresh) = (0L, 0L);
        foreach (var run in map.Runs)
        {
            for (var offset = 0L; offset < run.Count; offset++)
            {
                after[at++] = run.From == PageRun.New ? PlaceOf(link, fresh++) : before[run.From + offset];
            }
        }

        return after;
    }

    private static long PlaceOf(int link, long page) => ((long)link << PageBits) | page;

    /// <summary>Moving where it stands already would cost the stream its buffer.</summary>
    private static void MoveTo(FileStream target, long position)
    {
        if (target.Position != position)
        {
            target.Position = position;
        }
    }
}

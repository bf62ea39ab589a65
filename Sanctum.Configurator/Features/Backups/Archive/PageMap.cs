using System.Buffers.Binary;
using System.Numerics;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>Pages that follow each other: taken over from the parent, or new.</summary>
/// <param name="From">The first one's number in the parent, from 0; <see cref="New"/> for new ones.</param>
internal readonly record struct PageRun(long From, long Count)
{
    public const long New = -1;
}

/// <summary>
/// How a SQLite file came out of an earlier one, page by page. Written as the size of a page (4 bytes), the number of pages, of the
/// parent's pages and of runs (8 bytes each), then each run's first page and count (8 bytes each), little-endian.
/// </summary>
internal sealed record PageMap(int PageSize, long Pages, long ParentPages, IReadOnlyList<PageRun> Runs)
{
    private const int HeadBytes = 28;
    private const int RunBytes = 16;
    private const int SmallestPage = 512;
    private const int LargestPage = 65_536;

    public long NewPages => Runs.Where(run => run.From == PageRun.New).Sum(run => run.Count);

    /// <summary>What to take over and what to store. Pages that only moved, as after a VACUUM, are found where they were.</summary>
    public static PageMap Between(PageHashes parent, PageHashes now)
    {
        var changed = new Dictionary<UInt128, long>();
        for (var page = 0; page < now.Count; page++)
        {
            if (page >= parent.Count || now[page] != parent[page])
            {
                changed.TryAdd(now[page], PageRun.New);
            }
        }

        for (var page = 0; changed.Count > 0 && page < parent.Count; page++)
        {
            if (changed.ContainsKey(parent[page]))
            {
                changed[parent[page]] = page;
            }
        }

        var (runs, taken) = (new List<PageRun>(), 0L);
        for (var page = 0; page < now.Count; page++)
        {
            var from = page < parent.Count && now[page] == parent[page] ? page : changed[now[page]];
            // No map makes more of its parent than there is in it, so that a small file can't be unpacked into a huge one.
            from = from != PageRun.New && taken++ < parent.Count ? from : PageRun.New;
            Append(runs, from);
        }

        return new(now.PageSize, now.Count, parent.Count, runs);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[HeadBytes + (RunBytes * Runs.Count)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, PageSize);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), Pages);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), ParentPages);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(20), Runs.Count);
        for (var at = 0; at < Runs.Count; at++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(HeadBytes + (at * RunBytes)), Runs[at].From);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(HeadBytes + (at * RunBytes) + 8), Runs[at].Count);
        }

        return bytes;
    }

    /// <summary>Reads the map at the beginning of a part.</summary>
    /// <exception cref="ArchiveDamagedException">It makes no sense.</exception>
    public static async Task<PageMap> ReadAsync(Stream source, Part part, CancellationToken cancel)
    {
        var head = new byte[HeadBytes];
        await FillAsync(source, head, part, cancel);
        var (size, pages) = (BinaryPrimitives.ReadInt32LittleEndian(head), BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(4)));
        var (parentPages, count) = (
            BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(12)),
            BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(20))
        );
        if (
            size is < SmallestPage or > LargestPage
            || !BitOperations.IsPow2(size)
            || pages < 0
            || parentPages < 0
            || count < 0
            || count > (part.Size - HeadBytes) / RunBytes
        )
        {
            throw Senseless(part);
        }

        var bytes = new byte[count * RunBytes];
        await FillAsync(source, bytes, part, cancel);
        var runs = new PageRun[count];
        for (var at = 0; at < count; at++)
        {
            runs[at] = new(
                BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at * RunBytes)),
                BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan((at * RunBytes) + 8))
            );
        }

        var map = new PageMap(size, pages, parentPages, runs);
        return map.MakesSense(part) ? map : throw Senseless(part);
    }

    public static ArchiveDamagedException Senseless(Part part) =>
        new($"The page list of {part.Name} is invalid. The backup can't be used.", part.Name);

    private bool MakesSense(Part part)
    {
        var (sum, taken) = (0L, 0L);
        foreach (var run in Runs)
        {
            var isNew = run.From == PageRun.New;
            if (run.Count <= 0 || run.Count > Pages - sum || run.From < PageRun.New || (!isNew && run.Count > ParentPages - run.From))
            {
                return false;
            }

            sum += run.Count;
            taken += isNew ? 0 : run.Count;
        }

        return sum == Pages
            && taken <= ParentPages
            && Math.BigMul(Pages, PageSize, out var bytes) == 0
            && bytes == part.Restored.Size
            && part.Size == HeadBytes + ((long)RunBytes * Runs.Count) + (NewPages * PageSize);
    }

    private static async Task FillAsync(Stream source, byte[] bytes, Part part, CancellationToken cancel)
    {
        if (await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel) < bytes.Length)
        {
            throw Senseless(part);
        }
    }

    private static void Append(List<PageRun> runs, long from)
    {
        if (
            runs is [.., var last]
            && (from == PageRun.New ? last.From == PageRun.New : last.From != PageRun.New && last.From + last.Count == from)
        )
        {
            runs[^1] = last with { Count = last.Count + 1 };
        }
        else
        {
            runs.Add(new(from, 1));
        }
    }
}

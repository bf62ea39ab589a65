using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>Pages of a database as a part holds them: all of them, or a map and those that are new.</summary>
internal sealed class PagesStream : ReadOnlyStream
{
    private readonly SqlitePages _pages;
    private readonly IEnumerator<(long Offset, long Length)> _ranges;
    private ReadOnlyMemory<byte> _head;
    private (long Offset, long Length) _range;

    private PagesStream(SqlitePages pages, ReadOnlyMemory<byte> head, IEnumerable<(long, long)> ranges) =>
        (_pages, _head, _ranges) = (pages, head, ranges.GetEnumerator());

    /// <summary>The whole database.</summary>
    public static PagesStream Whole(SqlitePages pages) => new(pages, ReadOnlyMemory<byte>.Empty, [(0L, pages.Length)]);

    /// <summary>What has become of the database of the backup before; see <see cref="PartKind.Pages"/>.</summary>
    public static PagesStream Changed(SqlitePages pages, PageMap map) => new(pages, map.ToBytes(), RangesOf(map));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override int Read(Span<byte> buffer)
    {
        if (!_head.IsEmpty)
        {
            var length = Math.Min(buffer.Length, _head.Length);
            _head.Span[..length].CopyTo(buffer);
            _head = _head[length..];
            return length;
        }

        while (_range.Length == 0)
        {
            if (!_ranges.MoveNext())
            {
                return 0;
            }

            _range = _ranges.Current;
        }

        var read = _pages.Read(_range.Offset, buffer[..(int)Math.Min(buffer.Length, _range.Length)]);
        _range =
            read > 0 || buffer.IsEmpty
                ? (_range.Offset + read, _range.Length - read)
                : throw new EndOfStreamException("The database shrank while it was being read.");
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        _ranges.Dispose();
        base.Dispose(disposing);
    }

    private static IEnumerable<(long Offset, long Length)> RangesOf(PageMap map)
    {
        var page = 0L;
        foreach (var run in map.Runs)
        {
            if (run.From == PageRun.New)
            {
                yield return (page * map.PageSize, run.Count * map.PageSize);
            }

            page += run.Count;
        }
    }
}

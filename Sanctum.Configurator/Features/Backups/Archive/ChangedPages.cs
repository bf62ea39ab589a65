using Microsoft.Win32.SafeHandles;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>A part of kind <see cref="PartKind.Pages"/> as it is written: the map, then the pages of the file that are new.</summary>
internal sealed class ChangedPages(string file, PageMap map) : ReadOnlyStream
{
    private readonly SafeFileHandle _file = File.OpenHandle(file);
    private readonly IEnumerator<(long Offset, long Length)> _ranges = RangesOf(map).GetEnumerator();
    private ReadOnlyMemory<byte> _head = map.ToBytes();
    private (long Offset, long Length) _range;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_head.IsEmpty)
        {
            var length = Math.Min(buffer.Length, _head.Length);
            _head[..length].CopyTo(buffer);
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

        var read = await RandomAccess.ReadAsync(_file, buffer[..(int)Math.Min(buffer.Length, _range.Length)], _range.Offset, cancellationToken);
        _range = read > 0 ? (_range.Offset + read, _range.Length - read) : throw new EndOfStreamException("The copy became shorter while it was read.");
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
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

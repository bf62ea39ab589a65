using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>Lines that were read.</summary>
/// <param name="Consumed">The bytes that they are of.</param>
internal sealed record RecordsRead(IReadOnlyList<LogLine> Lines, int Consumed);

/// <summary>How the bytes that are read end.</summary>
internal enum PieceEnd
{
    /// <summary>More may follow: the last line is left for the next time, for rows may belong to it.</summary>
    Open,

    /// <summary>Nothing came for a while: the last line is whole, if it has its line end.</summary>
    Quiet,

    /// <summary>Nothing will follow, or it is too long to wait for: all of it is taken.</summary>
    Final,
}

/// <summary>Makes lines of log out of the bytes of a file.</summary>
internal sealed class RecordReader(LogFileFormat format, string source, int? sourceId, string path, TimeZoneInfo zone)
{
    /// <summary>So many NULs are no text, in whatever encoding.</summary>
    private static ReadOnlySpan<byte> Filler => [0, 0, 0, 0];

    public RecordsRead Read(ReadOnlySpan<byte> bytes, DateTimeOffset written, PieceEnd end)
    {
        var lines = new List<LogLine>();
        var (at, consumed) = (0, 0);
        RecordText? open = null;
        while (at < bytes.Length && RowEnd(bytes, at, end) is { } next)
        {
            if (bytes[at] == 0)
            {
                // Filler between two lines, which ends the one before.
                at = next;
                consumed = open is null ? next : consumed;
                continue;
            }

            var row = RowIn(bytes[at..next]);
            if (ContainerAt(bytes, row, next, end) is not { } read)
            {
                break;
            }

            (var container, next) = read;
            row = container?.Text ?? row;
            var start = LineStart.Read(format, row, zone, written);
            var isStart = start is { MayBeMore: false } || (start is not null && open is not { IsFormatted: true });
            if (isStart || open is null || !open.Take(row))
            {
                AddTo(lines, open, written);
                open = start is null && string.IsNullOrWhiteSpace(row) ? null : new(Within(container, start ?? LineStart.Text(row)), row);
                consumed = open is null ? next : at;
            }

            at = next;
        }

        if (open is not null && (end != PieceEnd.Open || !open.MayGoOn))
        {
            AddTo(lines, open, written);
            consumed = at;
        }

        return new(lines, consumed);
    }

    /// <summary>What a container wrote as the row that begins here, with the parts that follow of it, and where it ends.</summary>
    /// <returns>Null where its end is still to come.</returns>
    private (ContainerRow? Row, int Next)? ContainerAt(ReadOnlySpan<byte> bytes, string row, int next, PieceEnd end)
    {
        var container = format == LogFileFormat.Text ? null : ContainerRow.Read(row);
        while (container is { IsPart: true })
        {
            if (next >= bytes.Length || RowEnd(bytes, next, end) is not { } partEnd)
            {
                return end == PieceEnd.Open ? null : (container, next);
            }

            if (ContainerRow.Read(RowIn(bytes[next..partEnd])) is not { } part)
            {
                break;
            }

            (container, next) = (container.With(part), partEnd);
        }

        return (container, next);
    }

    /// <summary>What the container's engine knows of a line besides.</summary>
    private static LineStart Within(ContainerRow? container, LineStart start)
    {
        if (container is null)
        {
            return start;
        }

        start.Details["stream"] = container.Stream;
        return start with { Time = start.Time ?? container.Time };
    }

    private void AddTo(List<LogLine> lines, RecordText? record, DateTimeOffset written)
    {
        if (record is not null)
        {
            lines.Add(record.Line(source, sourceId, path, written));
        }
    }

    /// <summary>Where the row ends, with its line end, or before NULs that fill up a file; null where it has no end yet.</summary>
    private static int? RowEnd(ReadOnlySpan<byte> bytes, int at, PieceEnd end)
    {
        var rest = bytes[at..];
        if (rest[0] == 0)
        {
            return rest.IndexOfAnyExcept((byte)0) is >= 0 and var filler ? at + filler
                : end == PieceEnd.Final ? bytes.Length
                : null;
        }

        var line = rest.IndexOf((byte)'\n') is >= 0 and var length ? length + 1 : -1;
        return (line < 0 ? rest : rest[..line]).IndexOf(Filler) is > 0 and var text ? at + text
            : line > 0 ? at + line
            : end == PieceEnd.Final ? bytes.Length
            : null;
    }

    private static string RowIn(ReadOnlySpan<byte> row) => Encoding.UTF8.GetString(row.TrimEnd("\r\n"u8)).TrimStart('\ufeff');
}

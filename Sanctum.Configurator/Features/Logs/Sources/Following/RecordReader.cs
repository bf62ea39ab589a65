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
        var rows = new StreamRows(format, zone, written);
        var at = 0;
        while (at < bytes.Length && RowEnd(bytes, at, end) is { } next)
        {
            if (bytes[at] != 0) // What is filler between two lines is passed over.
            {
                rows.Take(RowIn(bytes[at..next]), at, next);
            }

            at = next;
        }

        var (records, consumed) = rows.End(at, end);
        return new([.. records.Select(record => record.Line(source, sourceId, path, written))], consumed);
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

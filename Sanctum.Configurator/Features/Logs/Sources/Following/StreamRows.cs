using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// Puts lines together out of the rows of a file. Where a container's engine wrote them, its streams stand between each other: a row that
/// was cut, or a traceback, goes on in the next row of its own stream.
/// </summary>
internal sealed class StreamRows(LogFileFormat format, TimeZoneInfo zone, DateTimeOffset written)
{
    /// <summary>By the engine's clock, what a stream has begun goes on so soon, or it is whole: other streams need not wait for it.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Held> _streams = [];
    private readonly List<(RecordText Record, int From, int To)> _whole = [];

    /// <param name="from">Where the row begins.</param>
    /// <param name="to">Where it ends, with its line end.</param>
    public void Take(string row, int from, int to)
    {
        var container = format == LogFileFormat.Text ? null : ContainerRow.Read(row);
        var stream = container?.Stream ?? "";
        foreach (var (name, other) in _streams)
        {
            if (name != stream && (name.Length == 0 || container?.Time is not { } time || time - other.LastAt > LongestPause))
            {
                EndPart(other);
                EndLine(other);
            }
        }

        if (!_streams.TryGetValue(stream, out var held))
        {
            _streams[stream] = held = new();
        }

        held.LastAt = container?.Time;
        if (held.Part is { } part && container is not null)
        {
            (container, from) = (part.Row.With(container), part.From);
        }

        held.Part = container is { IsPart: true } ? (container, from, to) : null;
        if (held.Part is null)
        {
            TakeWhole(held, container, container?.Text ?? row, from, to);
        }
    }

    /// <summary>The lines that are whole, and where what is left begins.</summary>
    public (IReadOnlyList<RecordText> Records, int Consumed) End(int at, PieceEnd end)
    {
        var consumed = at;
        foreach (var held in _streams.Values)
        {
            if (end != PieceEnd.Open)
            {
                EndPart(held);
            }

            if (end != PieceEnd.Open || held.Record is { MayGoOn: false })
            {
                EndLine(held);
            }

            consumed = Math.Min(consumed, Math.Min(held.From ?? at, held.Part?.From ?? at));
        }

        // What reaches beyond the place at which it is read on is read again as well.
        while (_whole.Find(line => line.From < consumed && line.To > consumed) is { Record: not null } cut)
        {
            consumed = cut.From;
        }

        return ([.. _whole.Where(line => line.From < consumed).OrderBy(line => line.From).Select(line => line.Record)], consumed);
    }

    private void TakeWhole(Held held, ContainerRow? container, string row, int from, int to)
    {
        var start = LineStart.Read(format, row, zone, written);
        var isStart = start is { MayBeMore: false } || (start is not null && held.Record is not { IsFormatted: true });
        if (!isStart && held.Record is { } open && open.Take(row))
        {
            held.To = to;
            return;
        }

        EndLine(held);
        if (start is not null || !string.IsNullOrWhiteSpace(row))
        {
            start ??= LineStart.Text(row);
            (held.Record, held.From, held.To) = (new RecordText(container?.Around(start) ?? start, row), from, to);
        }
    }

    /// <summary>The rest of the row does not come: what is there of it is a row.</summary>
    private void EndPart(Held held)
    {
        if (held.Part is { } part)
        {
            held.Part = null;
            TakeWhole(held, part.Row, part.Row.Text, part.From, part.To);
        }
    }

    private void EndLine(Held held)
    {
        if (held.Record is { } record)
        {
            _whole.Add((record, held.From!.Value, held.To));
            (held.Record, held.From) = (null, null);
        }
    }

    /// <summary>What a stream has begun.</summary>
    private sealed class Held
    {
        public RecordText? Record { get; set; }

        /// <summary>Where the record begins; null where there is none.</summary>
        public int? From { get; set; }

        public int To { get; set; }

        /// <summary>A row of which more follows.</summary>
        public (ContainerRow Row, int From, int To)? Part { get; set; }

        public DateTimeOffset? LastAt { get; set; }
    }
}

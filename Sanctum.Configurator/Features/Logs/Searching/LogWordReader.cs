using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>Reads the lines that have words by the index of words, in looks that grow as long as they find too little.</summary>
/// <param name="withFacets">The index is asked for level and origin as well, which it has on SQLite.</param>
/// <param name="beginsWithFacets">The first look is for level and origin alone; of what it finds each line is looked at for its
/// words.</param>
internal sealed class LogWordReader(LogScan scan, bool withFacets, bool beginsWithFacets)
{
    /// <summary>Lines that the first look into the index of words is for.</summary>
    private const long FirstLook = 1_000;

    /// <summary>Lines of the wanted level and origin that are looked at for their words before these are looked up.</summary>
    private const long FirstLookByFacets = 500;

    /// <summary>Each look that found too little is followed by one that is so many times as wide.</summary>
    private const int Wider = 4;

    /// <summary>Lines that one look into the index of words may find; more, and a narrower one is taken.</summary>
    private const int MostFound = 1_000;

    private readonly LogSql _sql = new(scan.Filter, scan.Connection.IsSqlite);

    private HashSet<long> _parts = [];

    public async Task ReadAsync(CancellationToken cancel)
    {
        _parts = await LogIndexTables.PartsAsync(scan.Connection, cancel);
        var (from, to) = scan.Minutes();
        var look =
            !beginsWithFacets ? FirstLook
            : scan.Matcher.IsAlways ? scan.Take + 1L
            : FirstLookByFacets;
        var asked = beginsWithFacets ? _sql.OfFacets() : _sql.OfWords(withFacets);
        LogSpan? open = null;
        await foreach (var hour in scan.Spans.HoursAsync(scan.IsForward ? from : to - 1, cancel))
        {
            if (scan.IsForward ? hour.From >= to : hour.To <= from)
            {
                break;
            }

            foreach (var span in await PartsAsync(hour.Within(from, to), look, cancel))
            {
                open = open?.With(span) ?? span;
                if (open.Value.Lines < look)
                {
                    continue;
                }

                await LookAsync(open.Value, asked, cancel);
                (open, look, asked) = (null, look * Wider, _sql.HasEnumText ? _sql.OfWords(withFacets) : asked);
                if (scan.IsEnough || scan.StopsHere(span))
                {
                    return;
                }
            }
        }

        if (open is { } rest)
        {
            await LookAsync(rest, asked, cancel);
        }
    }

    private async Task<IEnumerable<LogSpan>> PartsAsync(LogSpan hour, long most, CancellationToken cancel) =>
        hour.Lines > most || hour.To - hour.From < 60 ? await scan.Spans.MinutesAsync(hour, cancel) : [hour];

    /// <summary>
    /// Looks the words up among the lines of this span; where too many have them, among those of its nearer minutes first.
    /// </summary>
    private async Task LookAsync(LogSpan span, string asked, CancellationToken cancel)
    {
        if (await LookUpAsync(span, asked, cancel) is { } rows)
        {
            scan.Found.AddRange(scan.IsForward ? rows.OrderBy(LogPlace.Of) : rows.OrderByDescending(LogPlace.Of));
            return;
        }

        if (span.IsOneMinute)
        {
            await ReadMinuteAsync(span, cancel);
            return;
        }

        // Each half by the ids of its own minutes.
        var minutes = await scan.Spans.MinutesAsync(span, cancel);
        foreach (var half in minutes.Chunk((minutes.Count + 1) / 2))
        {
            await LookAsync(half.Aggregate((all, minute) => all.With(minute)), asked, cancel);
            if (scan.IsEnough || scan.SearchedTo is not null)
            {
                return;
            }
        }
    }

    /// <returns>Null where more than <see cref="MostFound"/> have the words.</returns>
    private async Task<List<LogRow>?> LookUpAsync(LogSpan span, string asked, CancellationToken cancel)
    {
        var where = _sql.OfLines();
        var (rows, left) = (new List<LogRow>(), MostFound);
        foreach (var part in Parts(span))
        {
            var ids = scan.Connection.IsSqlite ? await IdsAsync(part, span, asked, left + 1, cancel) : [];
            if (ids.Count > left)
            {
                return null;
            }

            // Without its index of sources, which SQLite would take instead of the ids.
            var lines = scan.Connection.IsSqlite
                ? $"logs NOT INDEXED WHERE id IN ({string.Join(", ", ids)})"
                : $"logs WHERE {LogIndexTables.PostgresWords} @@ to_tsquery('simple', @words) AND id >= @first AND id <= @last";
            await using var command = scan.Connection.Command(
                $"SELECT {LogRow.Columns} FROM {lines} AND timestamp >= @start AND timestamp < @end AND {scan.Range}{where} LIMIT {left + 1}",
                [.. scan.Connection.IsSqlite ? [] : Asking(span, asked), .. TimesOf(span), .. scan.Ends(), .. _sql.Values]
            );
            await using var reader = await command.ExecuteReaderAsync(cancel);
            for (; await reader.ReadAsync(cancel); left--)
            {
                if (left == 0)
                {
                    return null;
                }

                var row = LogRow.From(reader);
                if (scan.Matcher.Takes(row))
                {
                    rows.Add(row);
                }
            }
        }

        return rows;
    }

    private (string Name, object? Value)[] Asking(LogSpan span, string asked) =>
        [("@words", asked), ("@first", span.FirstId), ("@last", Math.Min(span.LastId, scan.Indexed))];

    /// <summary>The lines of a span that one of SQLite's tables of words has, at most so many.</summary>
    private async Task<List<long>> IdsAsync(long part, LogSpan span, string asked, int most, CancellationToken cancel)
    {
        var words = LogIndexTables.WordsOf(part);
        await using var command = scan.Connection.Command(
            $"SELECT rowid FROM {words} WHERE {words} MATCH @words AND rowid >= @first AND rowid <= @last LIMIT {most}",
            Asking(span, asked)
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var ids = new List<long>();
        while (await reader.ReadAsync(cancel))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    /// <summary>Reads a minute of which very many lines have the words line by line, until there are enough.</summary>
    private Task ReadMinuteAsync(LogSpan minute, CancellationToken cancel)
    {
        var where = _sql.OfLines();
        return scan.AddAsync(
            $"SELECT {LogRow.Columns} FROM logs{(scan.Connection.IsSqlite ? " INDEXED BY idx_logs_timestamp" : "")} WHERE id <= @indexed AND timestamp >= @start AND timestamp < @end AND {scan.Range}{where} {scan.Order}",
            [("@indexed", scan.Indexed), .. TimesOf(minute), .. scan.Ends(), .. _sql.Values],
            cancel
        );
    }

    private IEnumerable<(string Name, object? Value)> TimesOf(LogSpan span) =>
        [("@start", scan.Connection.Time(span.Start)), ("@end", scan.Connection.Time(span.End))];

    /// <summary>The tables of words that the span's lines are in. PostgreSQL has one index for all.</summary>
    private IEnumerable<long> Parts(LogSpan span)
    {
        if (!scan.Connection.IsSqlite)
        {
            return [0];
        }

        var (first, last) = (LogIndexTables.PartOf(span.FirstId), LogIndexTables.PartOf(Math.Min(span.LastId, scan.Indexed)));
        return Enumerable.Range(0, (int)Math.Max(0, last - first + 1)).Select(at => first + at).Where(_parts.Contains);
    }
}

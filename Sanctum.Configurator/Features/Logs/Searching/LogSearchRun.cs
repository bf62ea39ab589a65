using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>One search under way.</summary>
internal sealed class LogSearchRun(LogConnection connection, LogFilter filter, LogPlace begin, bool isForward, int take, TimeProvider clock)
{
    /// <summary>So few lines are looked at one by one rather than through the index of words.</summary>
    private const int FewLines = 20_000;

    /// <summary>Lines that the first look into the index of words is for.</summary>
    private const int FirstLook = 5_000;

    /// <summary>Each look that found too little is followed by one that is so many times as wide.</summary>
    private const int Wider = 4;

    /// <summary>Lines that one look into the index of words may find; more, and a narrower one is taken.</summary>
    private const int MostFound = 1_000;

    /// <summary>Ids that may lie between the first and the last line of a span which is read by id.</summary>
    private const int MostIds = 5_000;

    private readonly LogMatcher _matcher = new(filter);
    private readonly LogSpans _spans = new(connection, filter, isForward);
    private readonly List<LogRow> _found = [];
    private readonly long _begun = clock.GetTimestamp();
    private long _indexed;
    private HashSet<long> _parts = [];
    private LogPlace? _searchedTo;

    private bool IsEnough => _found.Count > take;

    public async Task<LogPage> ReadAsync(CancellationToken cancel)
    {
        _indexed = await connection.ScalarAsync<long>("SELECT indexed FROM log_index", cancel);
        var tail = await ReadTailAsync(cancel);
        if (filter.CorrelationId is not null)
        {
            var sql = new LogSql(filter, connection.IsSqlite);
            var where = sql.OfLines();
            await AddAsync($"SELECT {LogRow.Columns} FROM logs WHERE id <= @indexed AND {Range}{where} {Order}", [("@indexed", _indexed), .. Ends(), .. sql.Values], cancel);
        }
        else if (await IsByWordsAsync(cancel))
        {
            _parts = await LogIndexTables.PartsAsync(connection, cancel);
            await ReadByWordsAsync(cancel);
        }
        else
        {
            await ReadByFacetsAsync(cancel);
        }

        return Page(tail);
    }

    /// <summary>How many lines of the wanted level, origin and time are not in the sums yet.</summary>
    public static async Task<long> CountTailAsync(LogConnection connection, LogFilter filter, CancellationToken cancel)
    {
        var sql = new LogSql(filter, connection.IsSqlite);
        var where = sql.OfLines();
        var (from, to) = (filter.From ?? DateTimeOffset.UnixEpoch, filter.To ?? DateTimeOffset.MaxValue.AddDays(-1));
        return await connection.ScalarAsync<long>(
            $"SELECT count(*) FROM {ById(connection)} WHERE id > (SELECT indexed FROM log_index) AND timestamp >= @from AND timestamp < @to{where}",
            cancel, [("@from", connection.Time(from)), ("@to", connection.Time(to)), .. sql.Values]);
    }

    private static string ById(LogConnection connection) => connection.IsSqlite ? "logs NOT INDEXED" : "logs";

    /// <summary>What was found and what is not in the index yet, put together; what lies beyond where the search came waits for its turn.</summary>
    private LogPage Page(List<LogRow> tail)
    {
        var reached = _searchedTo;
        var all = _found.Concat(tail.Where(row => reached is not { } end || (isForward ? LogPlace.Of(row) <= end : LogPlace.Of(row) >= end)));
        var items = (isForward ? all.OrderBy(LogPlace.Of) : all.OrderByDescending(LogPlace.Of)).Take(take + 1).ToList();
        var hasMore = items.Count > take;
        return new(hasMore ? items[..take] : items, hasMore || reached is not null, hasMore ? null : reached);
    }

    private async Task<List<LogRow>> ReadTailAsync(CancellationToken cancel)
    {
        var sql = new LogSql(filter, connection.IsSqlite);
        var where = sql.OfLines();
        var limit = _matcher.IsAlways ? $" LIMIT {take + 1}" : "";
        await using var command = connection.Command(
            $"SELECT {LogRow.Columns} FROM {ById(connection)} WHERE id > @indexed AND {Range}{where} {Order}{limit}", [("@indexed", _indexed), .. Ends(), .. sql.Values]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<LogRow>();
        while (rows.Count <= take && await reader.ReadAsync(cancel))
        {
            var row = LogRow.From(reader);
            if (_matcher.Takes(row))
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private async Task<bool> IsByWordsAsync(CancellationToken cancel)
    {
        if (!new LogSql(filter, connection.IsSqlite).HasWords)
        {
            return false;
        }

        var (from, to) = Minutes();
        return await _spans.CountAsync(from, to, cancel) > FewLines;
    }

    private (long From, long To) Minutes()
    {
        var (from, to) = isForward ? (begin.Timestamp, filter.To ?? DateTimeOffset.MaxValue.AddDays(-1)) : (filter.From ?? DateTimeOffset.UnixEpoch, begin.Timestamp);
        return (LogSums.MinuteOf(from), LogSums.MinuteOf(to) + 1);
    }

    private async Task ReadByFacetsAsync(CancellationToken cancel)
    {
        var (from, to) = Minutes();
        await foreach (var hour in _spans.HoursAsync(isForward ? from : to - 1, cancel))
        {
            foreach (var span in Together(await _spans.MinutesAsync(Within(hour, from, to), cancel)))
            {
                await ReadSpanAsync(span, cancel);
                if (IsEnough || StopsHere(span))
                {
                    return;
                }
            }

            if (isForward ? hour.To >= to : hour.From <= from)
            {
                return;
            }
        }
    }

    private static LogSpan Within(LogSpan span, long from, long to) => span with { From = Math.Max(span.From, from), To = Math.Min(span.To, to) };

    /// <summary>Neighbouring minutes as one span, as long as that has few lines and their ids are close together.</summary>
    private IEnumerable<LogSpan> Together(IEnumerable<LogSpan> minutes)
    {
        LogSpan? open = null;
        foreach (var minute in minutes)
        {
            if (open is not { } span)
            {
                open = minute;
                continue;
            }

            var both = span.With(minute);
            if (both.Lines <= take * 2 && both.LastId - both.FirstId < MostIds)
            {
                open = both;
                continue;
            }

            yield return span;
            open = minute;
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    private async Task ReadSpanAsync(LogSpan span, CancellationToken cancel)
    {
        var sql = new LogSql(filter, connection.IsSqlite);
        var where = sql.OfLines();
        var isById = span.LastId - span.FirstId < MostIds;
        var table = !connection.IsSqlite ? "logs" : isById ? "logs NOT INDEXED" : "logs INDEXED BY idx_logs_timestamp";
        await AddAsync(
            $"""
                SELECT {LogRow.Columns} FROM {table}
                WHERE {(isById ? "id >= @firstid AND id <= @lastid" : "id <= @indexed")} AND timestamp >= @start AND timestamp < @end AND {Range}{where} {Order}{(_matcher.IsAlways ? $" LIMIT {take + 1 - _found.Count}" : "")}
                """,
                [("@start", connection.Time(span.Start)), ("@end", connection.Time(span.End)), ("@firstid", span.FirstId), ("@lastid", Math.Min(span.LastId, _indexed)), ("@indexed", _indexed), .. Ends(), .. sql.Values],
            cancel);
    }

    private async Task ReadByWordsAsync(CancellationToken cancel)
    {
        var (from, to) = Minutes();
        var isRare = await IsRareAsync(from, to, cancel);
        var look = (long)FirstLook;
        LogSpan? open = null;
        await foreach (var hour in _spans.HoursAsync(isForward ? from : to - 1, cancel))
        {
            if (isForward ? hour.From >= to : hour.To <= from)
            {
                break;
            }

            foreach (var span in await PartsAsync(Within(hour, from, to), look, cancel))
            {
                open = open?.With(span) ?? span;
                if (open.Value.Lines < look)
                {
                    continue;
                }

                await LookAsync(open.Value, isRare, cancel);
                (open, look) = (null, look * Wider);
                if (IsEnough || StopsHere(span))
                {
                    return;
                }
            }
        }

        if (open is { } rest)
        {
            await LookAsync(rest, isRare, cancel);
        }
    }

    /// <summary>Whether so few lines have the wanted level and origin that the index of words is asked for these as well.</summary>
    private async Task<bool> IsRareAsync(long from, long to, CancellationToken cancel)
    {
        var all = await new LogSpans(connection, LogFilter.Everything, isForward).CountAsync(from, to, cancel);
        return await _spans.CountAsync(from, to, cancel) * 10 < all;
    }

    private async Task<IEnumerable<LogSpan>> PartsAsync(LogSpan hour, long most, CancellationToken cancel) =>
        hour.Lines > most || hour.To - hour.From < 60 ? await _spans.MinutesAsync(hour, cancel) : [hour];

    /// <summary>Looks the words up among the lines of this span; where too many have them, among those of its first parts first.</summary>
    private async Task LookAsync(LogSpan span, bool isRare, CancellationToken cancel)
    {
        var rows = await LookUpAsync(span, isRare, span.IsOneMinute ? null : MostFound, cancel);
        if (rows is not null)
        {
            _found.AddRange(isForward ? rows.OrderBy(LogPlace.Of) : rows.OrderByDescending(LogPlace.Of));
            return;
        }

        // Halved in time, so that what is nearer is found first.
        var middle = span.From + ((span.To - span.From) / 2);
        LogSpan[] halves = [span with { To = middle }, span with { From = middle }];
        foreach (var half in isForward ? halves : halves.Reverse())
        {
            await LookAsync(half, isRare, cancel);
            if (IsEnough)
            {
                return;
            }
        }
    }

    /// <returns>Null where there are more than <paramref name="most"/>.</returns>
    private async Task<List<LogRow>?> LookUpAsync(LogSpan span, bool isRare, int? most, CancellationToken cancel)
    {
        var sql = new LogSql(filter, connection.IsSqlite);
        var where = sql.OfLines();
        var words = sql.OfWords(isRare);
        var (rows, left) = (new List<LogRow>(), most ?? int.MaxValue);
        foreach (var part in Parts(span))
        {
            var lines = connection.IsSqlite
                ? $"(SELECT rowid AS found FROM {LogIndexTables.WordsOf(part)} WHERE {LogIndexTables.WordsOf(part)} MATCH @words AND rowid >= @first AND rowid <= @last) CROSS JOIN logs ON id = found WHERE 1 = 1"
                : $"logs WHERE {LogIndexTables.PostgresWords} @@ to_tsquery('simple', @words) AND id >= @first AND id <= @last";
            await using var command = connection.Command(
                $"SELECT {LogRow.Columns} FROM {lines} AND timestamp >= @start AND timestamp < @end AND {Range}{where} LIMIT {(long)left + 1}",
                [("@words", words), ("@first", span.FirstId), ("@last", Math.Min(span.LastId, _indexed)), ("@start", connection.Time(span.Start)), ("@end", connection.Time(span.End)), .. Ends(), .. sql.Values]);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            for (; await reader.ReadAsync(cancel); left--)
            {
                if (left == 0)
                {
                    return null;
                }

                var row = LogRow.From(reader);
                if (_matcher.Takes(row))
                {
                    rows.Add(row);
                }
            }
        }

        return rows;
    }

    /// <summary>The tables of words that the span's lines are in. PostgreSQL has one index for all.</summary>
    private IEnumerable<long> Parts(LogSpan span)
    {
        if (!connection.IsSqlite)
        {
            return [0];
        }

        var (first, last) = (LogIndexTables.PartOf(span.FirstId), LogIndexTables.PartOf(Math.Min(span.LastId, _indexed)));
        return Enumerable.Range(0, (int)Math.Max(0, last - first + 1)).Select(at => first + at).Where(_parts.Contains);
    }

    /// <summary>Whether a search that must look at lines one by one has done so for long enough.</summary>
    private bool StopsHere(LogSpan span)
    {
        if (_matcher.IsAlways || clock.GetElapsedTime(_begun) <= LogSearch.Patience)
        {
            return false;
        }

        _searchedTo = LogPlace.At(isForward ? span.End : span.Start);
        return true;
    }

    private async Task AddAsync(string sql, IEnumerable<(string Name, object? Value)> values, CancellationToken cancel)
    {
        await using var command = connection.Command(sql, [.. values]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (!IsEnough && await reader.ReadAsync(cancel))
        {
            var row = LogRow.From(reader);
            if (_matcher.Takes(row))
            {
                _found.Add(row);
            }
        }
    }

    private string Order => isForward ? "ORDER BY timestamp, id" : "ORDER BY timestamp DESC, id DESC";

    /// <summary>The wanted time, and beyond the place that was begun at.</summary>
    private string Range => (isForward ? "(timestamp, id) > (@at, @atid)" : "(timestamp, id) < (@at, @atid)")
        + (isForward ? filter.To is null ? "" : " AND timestamp < @until" : filter.From is null ? "" : " AND timestamp >= @until");

    private IEnumerable<(string Name, object? Value)> Ends() =>
    [
        ("@at", connection.Time(begin.Timestamp)), ("@atid", begin.Id),
        .. (isForward ? filter.To : filter.From) is { } until ? [("@until", connection.Time(until))] : Array.Empty<(string, object?)>(),
    ];
}

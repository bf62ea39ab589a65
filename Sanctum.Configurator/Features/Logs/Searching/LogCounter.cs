using System.Data;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>How many lines a search finds, as far as that was asked.</summary>
/// <param name="IsWhole">There are no more; false where the counting ended before it had seen them all.</param>
internal sealed record LogCount(long Lines, bool IsWhole);

/// <summary>
/// Counts the lines between two moments, to the moment and not to the minute: out of the sums where level, origin and time say it all, and
/// otherwise line by line, newest first, until there are enough.
/// </summary>
internal sealed class LogCounter(LogDatabase database, LogSearch search, LogArrivals arrivals, ArrivalTimes times, TimeProvider clock)
{
    /// <summary>How long one counting line by line may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Lines that are read at once where they must be looked at.</summary>
    private const int AtOnce = 2_000;

    /// <param name="enough">More need not be counted.</param>
    public Task<LogCount> CountAsync(LogFilter filter, DateTimeOffset from, DateTimeOffset to, long enough, CancellationToken cancel)
    {
        filter = filter with { From = from, To = to };
        return filter.IsOfFacets ? OfSumsAsync(filter, from, to, cancel) : OfLinesAsync(filter, enough, cancel);
    }

    /// <summary>
    /// Counts the lines that came between a time and now, whatever time they bear. Of lines that this console has not seen coming, their
    /// own
    /// times count.
    /// </summary>
    public async Task<LogCount> CountArrivedAsync(
        LogFilter filter,
        DateTimeOffset from,
        DateTimeOffset now,
        long enough,
        CancellationToken cancel
    )
    {
        var seen = times.At(from);
        if (seen is not { } known)
        {
            await NoteAsync(cancel);
            return await CountAsync(filter, from, now, enough, cancel);
        }

        var own = known.IsOfThen ? new(0, IsWhole: true) : await CountAsync(filter, from, now, enough, cancel);
        var outside = known.IsOfThen ? ((DateTimeOffset, DateTimeOffset)?)null : (from, now);
        var came = filter.IsOfFacets
            ? await AfterOfSumsAsync(filter, known.Line, outside, cancel)
            : await AfterOfLinesAsync(filter, known.Line, outside, Math.Max(1, enough - own.Lines), cancel);
        await NoteAsync(cancel);
        return new(own.Lines + came.Lines, own.IsWhole && came.IsWhole);
    }

    private async Task NoteAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        times.Note(await connection.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM logs", cancel));
    }

    private async Task<LogCount> AfterOfLinesAsync(
        LogFilter filter,
        long line,
        (DateTimeOffset From, DateTimeOffset To)? outside,
        long enough,
        CancellationToken cancel
    )
    {
        var (begun, mark, lines) = (clock.GetTimestamp(), new LogMark(line, []), 0L);
        while (true)
        {
            var page = await arrivals.NextAsync(filter, mark, AtOnce, cancel);
            lines += page.Items.Count(row => outside is not { } span || row.Timestamp < span.From || row.Timestamp >= span.To);
            if (!page.HasMore || lines >= enough || clock.GetElapsedTime(begun) > Patience)
            {
                return new(lines, !page.HasMore);
            }
        }
    }

    /// <summary>
    /// Out of the sums of minutes whose lines all came after this one; only the lines of minutes that had some before are counted one by
    /// one.
    /// </summary>
    private async Task<LogCount> AfterOfSumsAsync(
        LogFilter filter,
        long line,
        (DateTimeOffset From, DateTimeOffset To)? outside,
        CancellationToken cancel
    )
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var stop = connection.Interrupting(cancel);
        await using var transaction = await SnapshotAsync(connection, cancel);
        var notWithin = outside is null ? "" : " AND NOT (timestamp >= @from AND timestamp < @to)";
        (string, object?)[] ends = outside is { } span ? [("@from", connection.Time(span.From)), ("@to", connection.Time(span.To))] : [];
        var sql = new LogSql(filter, connection.IsSqlite);
        var where = sql.OfLines() + notWithin;
        var table = connection.IsSqlite ? "logs NOT INDEXED" : "logs";
        var lines = await connection.ScalarAsync<long>(
            $"SELECT count(*) FROM {table} WHERE id > (SELECT indexed FROM log_index) AND id > @line{where}",
            cancel,
            [("@line", line), .. ends, .. sql.Values]
        );
        foreach (var minute in await new LogSpans(connection, filter, isForward: true).AfterAsync(line, cancel))
        {
            lines +=
                minute.FirstId > line && (outside is not { } within || minute.End <= within.From || minute.Start >= within.To)
                    ? minute.Lines
                    : await connection.ScalarAsync<long>(
                        $"SELECT count(*) FROM {table} WHERE id > @line AND id <= @last AND timestamp >= @start AND timestamp < @end{where}",
                        cancel,
                        [
                            ("@line", line),
                            ("@last", minute.LastId),
                            ("@start", connection.Time(minute.Start)),
                            ("@end", connection.Time(minute.End)),
                            .. ends,
                            .. sql.Values,
                        ]
                    );
        }

        return new(lines, IsWhole: true);
    }

    /// <summary>One state of the database: what the indexer takes into the sums meanwhile would be counted twice, or not at all.</summary>
    private static async Task<System.Data.Common.DbTransaction> SnapshotAsync(LogConnection connection, CancellationToken cancel) =>
        connection.Inner is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await connection.Inner.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);

    private async Task<LogCount> OfSumsAsync(LogFilter filter, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var stop = connection.Interrupting(cancel);
        await using var transaction = await SnapshotAsync(connection, cancel);
        var (first, last) = (LogSums.MinuteOf(from.AddMinutes(1).AddMilliseconds(-1)), LogSums.MinuteOf(to));
        var lines = await LogSearchRun.CountTailAsync(connection, filter, cancel);
        lines +=
            first >= last
                ? await CutAsync(connection, filter, from, to, cancel)
                : await CutAsync(connection, filter, from, TimeOf(first), cancel)
                    + await new LogSpans(connection, filter, isForward: false).CountAsync(first, last, cancel)
                    + await CutAsync(connection, filter, TimeOf(last), to, cancel);
        return new(lines, IsWhole: true);
    }

    /// <summary>What the sums have of a part of a minute: they don't say, so the lines do.</summary>
    private static async Task<long> CutAsync(
        LogConnection connection,
        LogFilter filter,
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken cancel
    )
    {
        var sql = new LogSql(filter, connection.IsSqlite);
        var where = sql.OfLines();
        return from >= to
            ? 0
            : await connection.ScalarAsync<long>(
                $"SELECT count(*) FROM {(connection.IsSqlite ? "logs INDEXED BY idx_logs_timestamp" : "logs")} WHERE id <= (SELECT indexed FROM log_index) AND timestamp >= @from AND timestamp < @to{where}",
                cancel,
                [("@from", connection.Time(from)), ("@to", connection.Time(to)), .. sql.Values]
            );
    }

    private static DateTimeOffset TimeOf(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);

    private async Task<LogCount> OfLinesAsync(LogFilter filter, long enough, CancellationToken cancel)
    {
        var begun = clock.GetTimestamp();
        var (lines, place) = (0L, (LogPlace?)null);
        while (true)
        {
            var page = await search.ReadAsync(filter, place, isForward: false, (int)Math.Min(enough - lines, AtOnce), cancel);
            lines += page.Items.Count;
            place = page.SearchedTo ?? (page.Items.Count > 0 ? LogPlace.Of(page.Items[^1]) : null);
            if (!page.HasMore || place is null || lines >= enough || clock.GetElapsedTime(begun) > Patience)
            {
                return new(lines, !page.HasMore || place is null);
            }
        }
    }
}

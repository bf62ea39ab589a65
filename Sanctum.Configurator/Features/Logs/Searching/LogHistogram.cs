using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>How many lines of each level there are in spans of time, all alike.</summary>
/// <param name="From">Where the first begins.</param>
/// <param name="Width">How long each is: whole minutes.</param>
/// <param name="Counts">Per span, by level: DEBUG, INFO, WARNING, ERROR, CRITICAL.</param>
/// <param name="IsWhole">False where more are still being counted.</param>
public sealed record LogBars(DateTimeOffset From, TimeSpan Width, IReadOnlyList<IReadOnlyList<long>> Counts, bool IsWhole)
{
    public long Total => Counts.Sum(levels => levels.Sum());

    public DateTimeOffset To => From + (Width * Counts.Count);
}

/// <summary>
/// Counts lines over time: out of the sums where level, origin and time say it all, and otherwise line by line, newest first, as it goes.
/// </summary>
public sealed class LogHistogram(LogDatabase database, LogSearch search, TimeProvider clock)
{
    /// <summary>At most so many spans, where nobody says otherwise.</summary>
    public const int MostBars = 120;

    /// <summary>Lines that are read at once where they must be looked at.</summary>
    private const int AtOnce = 2_000;

    private static readonly int[] Widths =
    [
        1,
        2,
        5,
        10,
        15,
        30,
        60,
        120,
        180,
        360,
        720,
        1440,
        2 * 1440,
        7 * 1440,
        14 * 1440,
        28 * 1440,
        91 * 1440,
        365 * 1440,
        3650 * 1440,
    ];

    /// <summary>The counts, once where they are at hand, and otherwise again and again while they grow.</summary>
    /// <param name="most">At most so many spans.</param>
    public async IAsyncEnumerable<LogBars> CountAsync(
        LogFilter filter,
        [EnumeratorCancellation] CancellationToken cancel,
        int most = MostBars
    )
    {
        if (await RangeAsync(filter, most, cancel) is not { } range)
        {
            yield break;
        }

        if (filter.IsOfFacets)
        {
            yield return await OfSumsAsync(filter, range, cancel);
            yield break;
        }

        var bars = new Bars(range.From, range.Width, range.Count);
        LogPlace? place = null;
        while (true)
        {
            // SQLite works on its caller's thread, and that of a page has others to serve.
            var from = place;
            var page = await Task.Run(() => search.ReadAsync(filter, from, isForward: false, AtOnce, cancel), cancel);
            foreach (var row in page.Items)
            {
                bars.Add(LogSums.MinuteOf(row.Timestamp), (int)row.Level, 1);
            }

            place = page.SearchedTo ?? (page.Items.Count > 0 ? LogPlace.Of(page.Items[^1]) : null);
            yield return bars.Read(!page.HasMore);
            if (!page.HasMore || place is null)
            {
                yield break;
            }
        }
    }

    /// <summary>The time that is counted, in minutes: what is asked for, as far as there are lines.</summary>
    private async Task<(long From, int Width, int Count)?> RangeAsync(LogFilter filter, int most, CancellationToken cancel)
    {
        if (filter.From >= filter.To)
        {
            return null;
        }

        await using var connection = await database.ReadAsync(cancel);
        var oldest = filter.From is { } from ? LogSums.MinuteOf(from) : await MinuteAsync(connection, "min", cancel);
        var newest = filter.To is { } to ? LogSums.MinuteOf(to.AddTicks(-1)) : await MinuteAsync(connection, "max", cancel);
        if (oldest is not { } first || newest is not { } last)
        {
            return null;
        }

        // Without an end it is now, or what bears a later time than now.
        last = filter.To is null ? Math.Max(last, Math.Min(LogSums.MinuteOf(clock.GetUtcNow()), last + 1440)) : last;
        last = Math.Max(first, last);
        var width = Widths.First(width => (last / width) - (first / width) < most);
        return (first / width * width, width, (int)((last / width) - (first / width)) + 1);
    }

    private static async Task<long?> MinuteAsync(LogConnection connection, string which, CancellationToken cancel)
    {
        var time = await connection.ScalarAsync<string>(
            connection.IsSqlite
                ? $"SELECT {which}(timestamp) FROM logs"
                : $"SELECT to_char({which}(timestamp) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') FROM logs",
            cancel
        );
        return time is null ? null : LogSums.MinuteOf(LogTimes.Clamp(UtcText.Parse(time)));
    }

    private async Task<LogBars> OfSumsAsync(LogFilter filter, (long From, int Width, int Count) range, CancellationToken cancel)
    {
        var bars = new Bars(range.From, range.Width, range.Count);
        await using var connection = await database.ReadAsync(cancel);
        await using var stop = connection.Interrupting(cancel);
        var sql = new LogSql(filter, connection.IsSqlite);
        var (span, table, minutes) = range.Width % 60 == 0 ? ("hour", sql.SumsOf("hours"), 60) : ("minute", sql.SumsOf("minutes"), 1);
        var where = sql.OfSums();
        await using (
            var command = connection.Command(
                $"SELECT {span} * {minutes} / {range.Width}, level, sum(lines) FROM {table} WHERE {span} >= @from AND {span} < @to{where} GROUP BY 1, 2",
                [("@from", range.From / minutes), ("@to", (range.From + ((long)range.Width * range.Count)) / minutes), .. sql.Values]
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                bars.Add(
                    reader.GetInt64(0) * range.Width,
                    reader.GetInt32(1),
                    Convert.ToInt64(reader.GetValue(2), CultureInfo.InvariantCulture)
                );
            }
        }

        await AddTailAsync(connection, filter, bars, cancel);
        return bars.Read(isWhole: true);
    }

    /// <summary>The lines that are not in the sums yet.</summary>
    private static async Task AddTailAsync(LogConnection connection, LogFilter filter, Bars bars, CancellationToken cancel)
    {
        var sql = new LogSql(filter, connection.IsSqlite);
        var where = sql.OfLines();
        await using var command = connection.Command(
            $"SELECT timestamp, level FROM {(connection.IsSqlite ? "logs NOT INDEXED" : "logs")} WHERE id > (SELECT indexed FROM log_index){where}",
            [.. sql.Values]
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            bars.Add(
                LogSums.MinuteOf(LogRow.TimeIn(reader, 0)),
                (int)(EnumText<LogLevelWord>.Find(reader.GetString(1)) ?? LogLevelWord.Info),
                1
            );
        }
    }

    private sealed class Bars(long from, int width, int count)
    {
        private readonly long[][] _counts = [.. Enumerable.Range(0, count).Select(_ => new long[5])];

        public void Add(long minute, int level, long lines)
        {
            var at = (minute - from) / width;
            if (minute >= from && at < count)
            {
                _counts[at][level] += lines;
            }
        }

        public LogBars Read(bool isWhole) =>
            new(
                DateTimeOffset.FromUnixTimeSeconds(from * 60),
                TimeSpan.FromMinutes(width),
                [.. _counts.Select(levels => (IReadOnlyList<long>)[.. levels])],
                isWhole
            );
    }
}

using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>A stretch of time that has lines of the wanted level and origin.</summary>
/// <param name="From">Its first minute, counted from 1970.</param>
/// <param name="To">The minute after its last.</param>
/// <param name="Lines">How many lines it has.</param>
/// <param name="FirstId">The ids of all of them are from here …</param>
/// <param name="LastId">… to here.</param>
internal readonly record struct LogSpan(long From, long To, long Lines, long FirstId, long LastId)
{
    public bool IsOneMinute => To - From == 1;

    public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(From * 60);

    public DateTimeOffset End => DateTimeOffset.FromUnixTimeSeconds(To * 60);

    /// <summary>As much of it as lies between two minutes.</summary>
    public LogSpan Within(long from, long to) => this with { From = Math.Max(From, from), To = Math.Min(To, to) };

    public LogSpan With(LogSpan other) =>
        new(
            Math.Min(From, other.From),
            Math.Max(To, other.To),
            Lines + other.Lines,
            Math.Min(FirstId, other.FirstId),
            Math.Max(LastId, other.LastId)
        );
}

/// <summary>
/// Where in time lines of the wanted level and origin are, out of the sums: in one direction, hour by hour, and within an hour by minute.
/// </summary>
internal sealed class LogSpans(LogConnection connection, LogFilter filter, bool isForward)
{
    /// <summary>Hours that are read first; each reading after it takes four times as many, up to the most.</summary>
    private const int FirstHours = 4,
        MostHours = 256;

    /// <summary>Lines of which is seen how rare those of a level or an origin are.</summary>
    private const int EnoughToJudge = 200_000;

    private readonly LogSql _sql = new(filter, connection.IsSqlite);

    private string Order => isForward ? "ASC" : "DESC";

    /// <summary>The hours that have any, from the one of this minute on.</summary>
    public async IAsyncEnumerable<LogSpan> HoursAsync(
        long minute,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        long? next = LogSums.HourOf(minute);
        for (var hours = FirstHours; next is { } from; hours = Math.Min(hours * 4, MostHours))
        {
            var some = await ReadAsync("hour", $"hour {(isForward ? ">=" : "<=")} @from", 60, $" LIMIT {hours}", cancel, ("@from", from));
            foreach (var span in some)
            {
                yield return span;
            }

            next = some.Count == hours ? (some[^1].From / 60) + (isForward ? 1 : -1) : null;
        }
    }

    /// <summary>The minutes within these hours that have any.</summary>
    public Task<List<LogSpan>> MinutesAsync(LogSpan hours, CancellationToken cancel) =>
        ReadAsync("minute", "minute >= @from AND minute < @to", 1, "", cancel, ("@from", hours.From), ("@to", hours.To));

    /// <summary>The minutes that have lines which came after this one.</summary>
    public async Task<List<LogSpan>> AfterAsync(long line, CancellationToken cancel)
    {
        var minutes = new List<LogSpan>();
        foreach (var hour in await ReadAsync("hour", "last_id > @line", 60, "", cancel, ("@line", line)))
        {
            minutes.AddRange(
                await ReadAsync(
                    "minute",
                    "minute >= @from AND minute < @to AND last_id > @line",
                    1,
                    "",
                    cancel,
                    ("@from", hour.From),
                    ("@to", hour.To),
                    ("@line", line)
                )
            );
        }

        return minutes;
    }

    /// <summary>Whether the hours between two minutes have more lines than so many; no more of them are counted than it takes.</summary>
    public async Task<bool> HaveMoreThanAsync(long most, long from, long to, CancellationToken cancel)
    {
        var lines = 0L;
        await foreach (var hour in HoursAsync(isForward ? from : to - 1, cancel))
        {
            if (isForward ? hour.From >= to : hour.To <= from)
            {
                return false;
            }

            lines += hour.Lines;
            if (lines > most)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Which part of all lines has the wanted level and origin, judged by the nearest hours between two minutes: from 0 to 1.
    /// </summary>
    public async Task<double> ShareAsync(long from, long to, CancellationToken cancel)
    {
        if (!_sql.HasFacets)
        {
            return 1;
        }

        var (lines, near) = (0L, (LogSpan?)null);
        await foreach (var hour in new LogSpans(connection, LogFilter.Everything, isForward).HoursAsync(isForward ? from : to - 1, cancel))
        {
            (lines, near) = (lines + hour.Lines, near?.With(hour) ?? hour);
            if (lines > EnoughToJudge)
            {
                break;
            }
        }

        return near is { } span ? (double)await CountAsync(span.From, span.To, cancel) / lines : 1;
    }

    /// <summary>How many lines there are between two minutes; where the ends are cut, whole minutes are counted.</summary>
    public async Task<long> CountAsync(long from, long to, CancellationToken cancel)
    {
        var (firstHour, lastHour) = (LogSums.HourOf(from + 59), LogSums.HourOf(to));
        if (firstHour >= lastHour)
        {
            return await SumAsync("minute", from, to, cancel);
        }

        return await SumAsync("minute", from, firstHour * 60, cancel)
            + await SumAsync("hour", firstHour, lastHour, cancel)
            + await SumAsync("minute", lastHour * 60, to, cancel);
    }

    private async Task<long> SumAsync(string column, long from, long to, CancellationToken cancel)
    {
        var where = _sql.OfSums();
        return from >= to
            ? 0
            : await connection.ScalarAsync<long>(
                $"SELECT coalesce(sum(lines), 0) FROM {_sql.SumsOf($"{column}s")} WHERE {column} >= @from AND {column} < @to{where}",
                cancel,
                [("@from", from), ("@to", to), .. _sql.Values]
            );
    }

    private async Task<List<LogSpan>> ReadAsync(
        string column,
        string range,
        int minutes,
        string limit,
        CancellationToken cancel,
        params (string Name, object? Value)[] values
    )
    {
        var where = _sql.OfSums();
        await using var command = connection.Command(
            $"SELECT {column}, sum(lines), min(first_id), max(last_id) FROM {_sql.SumsOf($"{column}s")} WHERE {range}{where} GROUP BY {column} ORDER BY {column} {Order}{limit}",
            [.. values, .. _sql.Values]
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var spans = new List<LogSpan>();
        while (await reader.ReadAsync(cancel))
        {
            var from = reader.GetInt64(0) * minutes;
            spans.Add(
                new(
                    from,
                    from + minutes,
                    Convert.ToInt64(reader.GetValue(1), CultureInfo.InvariantCulture),
                    reader.GetInt64(2),
                    reader.GetInt64(3)
                )
            );
        }

        return spans;
    }
}

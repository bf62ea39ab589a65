using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>Messages that differ in their numbers and names only.</summary>
/// <param name="Text">What they have in common, with "*" for the rest.</param>
/// <param name="Level">The worst among them.</param>
/// <param name="LastId">The newest of them.</param>
/// <param name="Counts">How many over the time that was asked for, in spans all alike.</param>
public sealed record LogGroup(string Text, long Lines, LogLevelWord Level, long LastId, IReadOnlyList<double> Counts);

/// <summary>The most frequent first.</summary>
/// <param name="Sampled">Where words, details or expressions are searched for: how many of the newest such lines were grouped; null where
/// all were.</param>
public sealed record LogGroups(IReadOnlyList<LogGroup> Groups, int? Sampled);

/// <summary>Groups lines by what their messages have in common.</summary>
public sealed class LogPatterns(LogDatabase database, LogSearch search, TimeProvider clock)
{
    private const int Sample = 5_000;
    private const int Points = 24;

    public async Task<LogGroups> ListAsync(LogFilter filter, int take, CancellationToken cancel) =>
        filter.IsOfFacets ? new(await OfSumsAsync(filter, take, cancel), null) : await OfSampleAsync(filter, take, cancel);

    /// <summary>Whole hours, as the sums have them.</summary>
    private async Task<IReadOnlyList<LogGroup>> OfSumsAsync(LogFilter filter, int take, CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var stop = connection.Interrupting(cancel);
        var sql = new LogSql(filter, connection.IsSqlite);
        var where = sql.OfSums();
        var first = filter.From is { } from
            ? LogSums.HourOf(LogSums.MinuteOf(from))
            : await connection.ScalarAsync<long?>("SELECT min(hour) FROM log_pattern_hours", cancel) ?? 0;
        var last = LogSums.HourOf(LogSums.MinuteOf(filter.To ?? clock.GetUtcNow()));
        var hours = Math.Max(1, last - first + 1);
        var points = Math.Min(Points, hours);
        await using var command = connection.Command(
            $"""
            WITH wanted AS (SELECT hour, pattern_id, level, lines, last_id FROM log_pattern_hours WHERE hour >= @from AND hour <= @to{where}),
                top AS (SELECT pattern_id, sum(lines) AS lines, max(level) AS level, max(last_id) AS last_id FROM wanted GROUP BY pattern_id ORDER BY 2 DESC LIMIT {take})
            SELECT text, top.lines, top.level, top.last_id, wanted.hour, wanted.lines
            FROM top JOIN log_patterns ON log_patterns.id = top.pattern_id JOIN wanted ON wanted.pattern_id = top.pattern_id
            ORDER BY top.lines DESC, top.pattern_id
            """,
            [("@from", first), ("@to", last), .. sql.Values]
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var groups = new Dictionary<string, LogGroup>();
        while (await reader.ReadAsync(cancel))
        {
            var text = reader.GetString(0);
            var group = groups.TryGetValue(text, out var known)
                ? known
                : groups[text] = new(
                    text,
                    Convert.ToInt64(reader.GetValue(1), CultureInfo.InvariantCulture),
                    (LogLevelWord)reader.GetInt32(2),
                    reader.GetInt64(3),
                    new double[points]
                );
            ((double[])group.Counts)[(reader.GetInt64(4) - first) * points / hours] += Convert.ToDouble(
                reader.GetValue(5),
                CultureInfo.InvariantCulture
            );
        }

        return [.. groups.Values];
    }

    private async Task<LogGroups> OfSampleAsync(LogFilter filter, int take, CancellationToken cancel)
    {
        var page = await search.ReadAsync(filter, null, isForward: false, Sample, cancel);
        if (page.Items.Count == 0)
        {
            return new([], null);
        }

        var (oldest, newest) = (page.Items[^1].Timestamp, page.Items[0].Timestamp);
        var width = Math.Max(1, (newest - oldest).Ticks / Points) + 1;
        var groups =
            from row in page.Items
            group row by MessagePattern.Of(row.Message) into same
            orderby same.Count() descending
            select new LogGroup(
                same.Key,
                same.Count(),
                same.Max(row => row.Level),
                same.Max(row => row.Id),
                Spread(same.Select(row => (row.Timestamp - oldest).Ticks / width))
            );
        return new([.. groups.Take(take)], page.HasMore ? page.Items.Count : null);
    }

    private static double[] Spread(IEnumerable<long> places)
    {
        var counts = new double[Points];
        foreach (var place in places)
        {
            counts[place]++;
        }

        return counts;
    }
}

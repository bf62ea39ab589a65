using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>Up to which line somebody has followed the logs.</summary>
/// <param name="after">Of the lines up to this one none is new.</param>
/// <param name="known">Later ones that are not new either.</param>
public sealed class LogMark(long after, IEnumerable<long> known)
{
    internal long After { get; set; } = after;

    internal HashSet<long> Known { get; set; } = [.. known];
}

/// <summary>Lines as they came.</summary>
/// <param name="HasMore">There are more at once.</param>
public sealed record LogsArrived(IReadOnlyList<LogRow> Items, bool HasMore);

/// <summary>
/// Reads lines in the order in which they came, whatever time they bear: a sender whose clock is wrong hides nobody's lines. PostgreSQL
/// gives ids
/// before it commits, so that a lower one can come after a higher: a mark goes on only past those that the indexer is certain of.
/// </summary>
public sealed class LogArrivals(LogDatabase database, TimeProvider clock)
{
    /// <summary>Lines that are looked at in one reading.</summary>
    private const int AtOnce = 2_000;

    /// <summary>So many lines are looked up by their words rather than looked at.</summary>
    private const int ManyLines = 5_000;

    /// <summary>Later lines than those that are certain, while somebody keeps a transaction open, up to which it is waited for.</summary>
    private const int MostKnown = 100_000;

    /// <summary>Whatever comes from now on is new.</summary>
    public async Task<LogMark> NowAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        if (connection.IsSqlite)
        {
            return new(await connection.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM logs", cancel), []);
        }

        var certain = await connection.ScalarAsync<long>("SELECT indexed FROM log_index", cancel);
        return new(
            certain,
            await IdsAsync(
                connection,
                $"SELECT id FROM logs WHERE id > @after ORDER BY id DESC LIMIT {MostKnown}",
                cancel,
                ("@after", certain)
            )
        );
    }

    /// <summary>The next of the wanted lines that came after a mark, which goes on to them.</summary>
    public async Task<LogsArrived> NextAsync(LogFilter filter, LogMark mark, int most, CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var stop = connection.Interrupting(cancel);
        try
        {
            return await NextAsync(connection, filter, mark, most, cancel);
        }
        catch (Exception)
        {
            connection.Break();
            cancel.ThrowIfCancellationRequested();
            throw;
        }
    }

    private async Task<LogsArrived> NextAsync(LogConnection connection, LogFilter filter, LogMark mark, int most, CancellationToken cancel)
    {
        var certain = await connection.ScalarAsync<long>("SELECT indexed FROM log_index", cancel);
        var newest = await connection.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM logs", cancel);
        if (newest <= mark.After)
        {
            return new([], false);
        }

        var isLookedUp = newest - mark.After > ManyLines && new LogSql(filter, connection.IsSqlite).HasEnumText;
        var to = isLookedUp && certain > mark.After ? certain : newest;
        var (rows, seen, at) = await ReadAsync(connection, filter, mark, to, isLookedUp && certain > mark.After, most, cancel);
        GoOn(mark, connection.IsSqlite ? at : Math.Max(mark.After, Math.Min(at, certain)), seen);
        return new(rows, at < newest);
    }

    private static void GoOn(LogMark mark, long to, IEnumerable<long> seen)
    {
        mark.Known.UnionWith(seen);
        mark.After = mark.Known.Count > MostKnown ? mark.Known.Max() : to;
        mark.Known.RemoveWhere(id => id <= mark.After);
    }

    /// <returns>The wanted lines, the ids of all that were looked at, and up to which line all were.</returns>
    private async Task<(List<LogRow> Rows, List<long> Seen, long At)> ReadAsync(
        LogConnection connection,
        LogFilter filter,
        LogMark mark,
        long to,
        bool isLookedUp,
        int most,
        CancellationToken cancel
    )
    {
        var begun = clock.GetTimestamp();
        var matcher = new LogMatcher(filter);
        var (rows, seen, limit) = (new List<LogRow>(), new List<long>(), AtOnce + mark.Known.Count);
        var (sql, values) = await SqlAsync(connection, filter, mark.After, to, isLookedUp, limit, cancel);
        await using var command = connection.Command(sql, [.. values]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var row = LogRow.From(reader);
            seen.Add(row.Id);
            if (!mark.Known.Contains(row.Id) && matcher.Takes(row))
            {
                rows.Add(row);
            }

            if (rows.Count == most || seen.Count == limit || clock.GetElapsedTime(begun) > LogSearch.Patience)
            {
                return (rows, seen, row.Id);
            }
        }

        return (rows, seen, to);
    }

    private static async Task<(string Sql, IEnumerable<(string Name, object? Value)> Values)> SqlAsync(
        LogConnection connection,
        LogFilter filter,
        long after,
        long to,
        bool isLookedUp,
        int limit,
        CancellationToken cancel
    )
    {
        var sql = new LogSql(filter, connection.IsSqlite);
        var where =
            sql.OfLines() + (filter.From is null ? "" : " AND timestamp >= @from") + (filter.To is null ? "" : " AND timestamp < @until");
        var lines = connection.IsSqlite ? "logs NOT INDEXED" : "logs";
        if (isLookedUp)
        {
            where += connection.IsSqlite
                ? $" AND id IN ({string.Join(", ", await LookUpAsync(connection, sql, after, to, limit, cancel))})"
                : $" AND {LogIndexTables.PostgresWords} @@ to_tsquery('simple', @words)";
        }

        return (
            $"SELECT {LogRow.Columns} FROM {lines} WHERE id > @after AND id <= @to{where} ORDER BY id LIMIT {limit}",
            [
                ("@after", after),
                ("@to", to),
                .. isLookedUp && !connection.IsSqlite ? [("@words", sql.OfWords(withFacets: false))] : Array.Empty<(string, object?)>(),
                .. filter.From is { } from ? [("@from", connection.Time(from))] : Array.Empty<(string, object?)>(),
                .. filter.To is { } until ? [("@until", connection.Time(until))] : Array.Empty<(string, object?)>(),
                .. sql.Values,
            ]
        );
    }

    /// <summary>The next lines after one that SQLite's index of words has.</summary>
    private static async Task<List<long>> LookUpAsync(
        LogConnection connection,
        LogSql sql,
        long after,
        long to,
        int most,
        CancellationToken cancel
    )
    {
        var ids = new List<long>();
        foreach (
            var part in (await LogIndexTables.PartsAsync(connection, cancel))
                .Where(part => part >= LogIndexTables.PartOf(after + 1) && part <= LogIndexTables.PartOf(to))
                .Order()
        )
        {
            var words = LogIndexTables.WordsOf(part);
            ids.AddRange(
                await IdsAsync(
                    connection,
                    $"SELECT rowid FROM {words} WHERE {words} MATCH @words AND rowid > @after AND rowid <= @to ORDER BY rowid LIMIT {most - ids.Count}",
                    cancel,
                    ("@words", sql.OfWords(withFacets: true)),
                    ("@after", after),
                    ("@to", to)
                )
            );
            if (ids.Count == most)
            {
                break;
            }
        }

        return ids;
    }

    private static async Task<List<long>> IdsAsync(
        LogConnection connection,
        string sql,
        CancellationToken cancel,
        params (string Name, object? Value)[] values
    )
    {
        await using var command = connection.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var ids = new List<long>();
        while (await reader.ReadAsync(cancel))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }
}

using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>One search under way.</summary>
internal sealed class LogSearchRun(LogScan scan)
{
    /// <summary>So few lines are looked at one by one rather than through the index of words.</summary>
    private const int FewLines = 5_000;

    /// <summary>So many lines are not sorted for each look.</summary>
    private const int ManyLines = 50_000;

    /// <summary>
    /// Where less than this part of all lines has the wanted level and origin, the index of words is asked for these as well.
    /// </summary>
    private const double Rare = 0.1;

    /// <summary>
    /// Where it is less than this, not each minute has one: these are asked for alone, and their words looked at one by one.
    /// </summary>
    private const double VeryRare = 0.01;

    public async Task<LogPage> ReadAsync(CancellationToken cancel)
    {
        await scan.BeginAsync(cancel);
        var (tail, tailTo) = await ReadTailAsync(cancel);
        if (scan.Filter.CorrelationId is not null)
        {
            var sql = new LogSql(scan.Filter, scan.Connection.IsSqlite);
            var where = sql.OfLines();
            await scan.AddAsync(
                $"SELECT {LogRow.Columns} FROM logs WHERE id <= @indexed AND {scan.Range}{where} {scan.Order}",
                [("@indexed", scan.Indexed), .. scan.Ends(), .. sql.Values],
                cancel
            );
        }
        else
        {
            await ReadIndexedAsync(cancel);
        }

        return Page(tail, tailTo);
    }

    /// <summary>How many lines of the wanted level, origin and time are not in the sums yet.</summary>
    public static async Task<long> CountTailAsync(LogConnection connection, LogFilter filter, CancellationToken cancel)
    {
        var sql = new LogSql(filter, connection.IsSqlite);
        var where = sql.OfLines();
        var (from, to) = (filter.From ?? LogTimes.Earliest, filter.To ?? LogTimes.Latest);
        return await connection.ScalarAsync<long>(
            $"SELECT count(*) FROM {ById(connection)} WHERE id > (SELECT indexed FROM log_index) AND timestamp >= @from AND timestamp < @to{where}",
            cancel,
            [("@from", connection.Time(from)), ("@to", connection.Time(to)), .. sql.Values]
        );
    }

    private static string ById(LogConnection connection) => connection.IsSqlite ? "logs NOT INDEXED" : "logs";

    /// <summary>
    /// What was found and what is not in the index yet, put together; what lies beyond where the search came waits for its turn.
    /// </summary>
    /// <param name="tailTo">Up to where the lines were looked at that are not in the index yet; null for all.</param>
    private LogPage Page(List<LogRow> tail, LogPlace? tailTo)
    {
        var ends = new[] { scan.SearchedTo, tailTo }.OfType<LogPlace>().ToList();
        LogPlace? reached =
            ends.Count == 0 ? null
            : scan.IsForward ? ends.Min()
            : ends.Max();
        var all = scan
            .Found.Concat(tail)
            .Where(row => reached is not { } end || (scan.IsForward ? LogPlace.Of(row) <= end : LogPlace.Of(row) >= end));
        var items = (scan.IsForward ? all.OrderBy(LogPlace.Of) : all.OrderByDescending(LogPlace.Of)).Take(scan.Take + 1).ToList();
        var hasMore = items.Count > scan.Take;
        return new(hasMore ? items[..scan.Take] : items, hasMore || reached is not null, hasMore ? null : reached);
    }

    private async Task<(List<LogRow> Rows, LogPlace? To)> ReadTailAsync(CancellationToken cancel)
    {
        var sql = new LogSql(scan.Filter, scan.Connection.IsSqlite);
        var where = sql.OfLines();
        var limit = scan.Matcher.IsAlways ? $" LIMIT {scan.Take + 1}" : "";
        await using var command = scan.Connection.Command(
            $"SELECT {LogRow.Columns} FROM {await TableOfTailAsync(cancel)} WHERE id > @indexed AND {scan.Range}{where} {scan.Order}{limit}",
            [("@indexed", scan.Indexed), .. scan.Ends(), .. sql.Values]
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<LogRow>();
        var to = await scan.TakeAsync(reader, rows, cancel);
        return (rows, to);
    }

    /// <summary>Few lines are read by their ids and sorted; the many of an index that is made anew, in the order of time.</summary>
    private async Task<string> TableOfTailAsync(CancellationToken cancel) =>
        scan.Connection.IsSqlite
        && await scan.Connection.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM logs", cancel) - scan.Indexed > ManyLines
            ? "logs INDEXED BY idx_logs_timestamp"
            : ById(scan.Connection);

    /// <summary>By the index of words where it narrows the search, otherwise minute by minute.</summary>
    private async Task ReadIndexedAsync(CancellationToken cancel)
    {
        var sql = new LogSql(scan.Filter, scan.Connection.IsSqlite);
        var (from, to) = scan.Minutes();
        var share = await scan.Spans.ShareAsync(from, to, cancel);
        var isVeryRare = scan.Connection.IsSqlite && share < VeryRare;
        if (isVeryRare || (sql.HasEnumText && await scan.Spans.HaveMoreThanAsync(FewLines, from, to, cancel)))
        {
            await new LogWordReader(scan, withFacets: share < Rare, beginsWithFacets: isVeryRare).ReadAsync(cancel);
        }
        else
        {
            await new LogFacetReader(scan).ReadAsync(cancel);
        }
    }
}

using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>Reads the lines of a level, an origin and a time by the sums, which tell in which minutes there are any.</summary>
internal sealed class LogFacetReader(LogScan scan)
{
    /// <summary>Ids that may lie between the first and the last line of a span which is read by id.</summary>
    private const int MostIds = 5_000;

    public async Task ReadAsync(CancellationToken cancel)
    {
        var (from, to) = scan.Minutes();
        await foreach (var hour in scan.Spans.HoursAsync(scan.IsForward ? from : to - 1, cancel))
        {
            foreach (var span in Together(await scan.Spans.MinutesAsync(hour.Within(from, to), cancel)))
            {
                await ReadSpanAsync(span, cancel);
                if (scan.IsEnough || scan.StopsHere(span))
                {
                    return;
                }
            }

            if (scan.IsForward ? hour.To >= to : hour.From <= from)
            {
                return;
            }
        }
    }

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
            if (both.Lines <= scan.Take * 2 && both.LastId - both.FirstId < MostIds)
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
        var sql = new LogSql(scan.Filter, scan.Connection.IsSqlite);
        var where = sql.OfLines();
        var isById = span.LastId - span.FirstId < MostIds;
        var table =
            !scan.Connection.IsSqlite ? "logs"
            : isById ? "logs NOT INDEXED"
            : "logs INDEXED BY idx_logs_timestamp";
        await scan.AddAsync(
            $"""
            SELECT {LogRow.Columns} FROM {table}
            WHERE {(
                isById ? "id >= @firstid AND id <= @lastid" : "id <= @indexed"
            )} AND timestamp >= @start AND timestamp < @end AND {scan.Range}{where} {scan.Order}{(
                scan.Matcher.IsAlways ? $" LIMIT {scan.Take + 1 - scan.Found.Count}" : ""
            )}
            """,
            [
                ("@start", scan.Connection.Time(span.Start)),
                ("@end", scan.Connection.Time(span.End)),
                ("@firstid", span.FirstId),
                ("@lastid", Math.Min(span.LastId, scan.Indexed)),
                ("@indexed", scan.Indexed),
                .. scan.Ends(),
                .. sql.Values,
            ],
            cancel
        );
    }
}

using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>What a search wants, where it begins and what it has found: what the ways to read lines have in common.</summary>
internal sealed class LogScan(LogConnection connection, LogFilter filter, LogPlace begin, bool isForward, int take, TimeProvider clock)
{
    private readonly long _begun = clock.GetTimestamp();

    public LogConnection Connection => connection;

    public LogFilter Filter => filter;

    public bool IsForward => isForward;

    /// <summary>Lines that are wanted; one more is read, to know whether there are more.</summary>
    public int Take => take;

    public LogMatcher Matcher { get; } = new(filter);

    public LogSpans Spans { get; } = new(connection, filter, isForward);

    public List<LogRow> Found { get; } = [];

    public bool IsEnough => Found.Count > take;

    /// <summary>The newest line that is in the index.</summary>
    public long Indexed { get; private set; }

    /// <summary>Where a search ended that looked at lines one by one for long enough; null where it came to its end.</summary>
    public LogPlace? SearchedTo { get; private set; }

    public async Task BeginAsync(CancellationToken cancel) =>
        Indexed = await connection.ScalarAsync<long>("SELECT indexed FROM log_index", cancel);

    /// <summary>The wanted time, in minutes.</summary>
    public (long From, long To) Minutes()
    {
        var (from, to) = isForward ? (begin.Timestamp, filter.To ?? LogTimes.Latest) : (filter.From ?? LogTimes.Earliest, begin.Timestamp);
        return (LogSums.MinuteOf(from), LogSums.MinuteOf(to) + 1);
    }

    /// <summary>Whether a search that must look at lines one by one has done so for long enough.</summary>
    public bool StopsHere(LogSpan span)
    {
        if (SearchedTo is null && IsTooLong)
        {
            SearchedTo = LogPlace.At(isForward ? span.End : span.Start);
        }

        return SearchedTo is not null;
    }

    private bool IsTooLong => !Matcher.IsAlways && clock.GetElapsedTime(_begun) > LogSearch.Patience;

    /// <summary>The wanted ones among lines that come in the order of the search, until there are enough, or it took too long.</summary>
    /// <param name="found">They are added here.</param>
    /// <returns>The last line that was looked at, where it took too long; null where it came to an end.</returns>
    public async Task<LogPlace?> TakeAsync(System.Data.Common.DbDataReader reader, List<LogRow> found, CancellationToken cancel)
    {
        while (found.Count <= take && await reader.ReadAsync(cancel))
        {
            var row = LogRow.From(reader);
            if (Matcher.Takes(row))
            {
                found.Add(row);
            }

            if (IsTooLong)
            {
                return LogPlace.Of(row);
            }
        }

        return null;
    }

    /// <summary>Reads lines and keeps those that are wanted, until there are enough.</summary>
    public async Task AddAsync(string sql, IEnumerable<(string Name, object? Value)> values, CancellationToken cancel)
    {
        if (SearchedTo is not null)
        {
            return;
        }

        await using var command = connection.Command(sql, [.. values]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        SearchedTo = await TakeAsync(reader, Found, cancel);
    }

    public string Order => isForward ? "ORDER BY timestamp, id" : "ORDER BY timestamp DESC, id DESC";

    /// <summary>The wanted time, and beyond the place that was begun at.</summary>
    public string Range =>
        (isForward ? "(timestamp, id) > (@at, @atid)" : "(timestamp, id) < (@at, @atid)")
        + (
            isForward
                ? filter.To is null
                    ? ""
                    : " AND timestamp < @until"
                : filter.From is null
                    ? ""
                    : " AND timestamp >= @until"
        );

    public IEnumerable<(string Name, object? Value)> Ends() =>
        [
            ("@at", connection.Time(begin.Timestamp)),
            ("@atid", begin.Id),
            .. (isForward ? filter.To : filter.From) is { } until ? [("@until", connection.Time(until))] : Array.Empty<(string, object?)>(),
        ];
}

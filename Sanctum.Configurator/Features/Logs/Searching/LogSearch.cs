using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>
/// Finds lines, by place and never by number. The sums say where in time there are any of the wanted level and origin, the index of words
/// which of them have the words; so what is read grows with what is shown and not with what is stored.
/// </summary>
public sealed class LogSearch(LogDatabase database, LogWriter writer, TimeProvider clock)
{
    /// <summary>How long a search for what no index knows may look through lines before it says how far it came.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The wanted lines next to a place.</summary>
    /// <param name="from">Lines older than this, or newer ones; null begins at the end of time.</param>
    /// <param name="isForward">Older lines first become newer ones: the oldest after <paramref name="from"/> comes first.</param>
    public async Task<LogPage> ReadAsync(LogFilter filter, LogPlace? from, bool isForward, int take, CancellationToken cancel)
    {
        var age = database.Age;
        try
        {
            return await ReadOnceAsync(filter, from, isForward, take, cancel);
        }
        catch (SqliteException e) when (BrokenLogs.IsBroken(e))
        {
            await writer.StartAnewAsync(age, cancel);
            return await ReadOnceAsync(filter, from, isForward, take, cancel);
        }
    }

    private async Task<LogPage> ReadOnceAsync(LogFilter filter, LogPlace? from, bool isForward, int take, CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var stop = connection.Interrupting(cancel);
        try
        {
            return await new LogSearchRun(new(connection, filter, Begin(filter, from, isForward), isForward, take, clock)).ReadAsync(
                cancel
            );
        }
        catch (Exception)
        {
            connection.Break();
            cancel.ThrowIfCancellationRequested();
            throw;
        }
    }

    public async Task<LogRow?> FindAsync(long id, CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var command = connection.Command($"SELECT {LogRow.Columns} FROM logs WHERE id = @id", ("@id", id));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? LogRow.From(reader) : null;
    }

    /// <summary>A line with so many before and after it, newest first, by whomever; null where the line is gone.</summary>
    public async Task<IReadOnlyList<LogRow>?> AroundAsync(long id, int lines, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } row)
        {
            return null;
        }

        var newer = await ReadAsync(LogFilter.Everything, LogPlace.Of(row), isForward: true, lines, cancel);
        var older = await ReadAsync(LogFilter.Everything, LogPlace.Of(row), isForward: false, lines, cancel);
        return [.. newer.Items.Reverse(), row, .. older.Items];
    }

    /// <summary>How many lines there are, where level, origin and time say it all; null where they don't.</summary>
    public async Task<long?> CountAsync(LogFilter filter, CancellationToken cancel)
    {
        if (!filter.IsOfFacets)
        {
            return null;
        }

        await using var connection = await database.ReadAsync(cancel);
        var from = filter.From is { } start ? LogSums.MinuteOf(start) : 0;
        var to = filter.To is { } end ? LogSums.MinuteOf(end) : LogSums.MinuteOf(LogTimes.Latest);
        return await new LogSpans(connection, filter, isForward: false).CountAsync(from, to, cancel)
            + await LogSearchRun.CountTailAsync(connection, filter, cancel);
    }

    /// <summary>The place to begin at, within the wanted time.</summary>
    private static LogPlace Begin(LogFilter filter, LogPlace? from, bool isForward)
    {
        var end = isForward ? LogPlace.At(filter.From ?? LogTimes.Earliest) : LogPlace.At(filter.To ?? LogTimes.Latest);
        return from is not { } place ? end
            : isForward ? (place > end ? place : end)
            : (place < end ? place : end);
    }
}

using System.Globalization;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>
/// Removes lines that were kept for long enough: whole hours, a few minutes' lines in one commit, between the commits of those who write, so
/// that nobody waits.
/// </summary>
public sealed class LogRetention(LogDatabase database, LogWriter writer, IOptionsMonitor<LogRetentionOptions> options, TimeProvider clock)
{
    /// <summary>Lines that are removed in one commit, roughly.</summary>
    private const int AtOnce = 2_000;

    private const string OfGroup = "level = @level AND source = @source";

    /// <summary>Removes what is too old, and the oldest where there is too much.</summary>
    /// <returns>How many lines went.</returns>
    public async Task<long> RemoveAsync(CancellationToken cancel)
    {
        var removed = 0L;
        var settings = options.CurrentValue;
        foreach (var (level, source) in await GroupsAsync(cancel))
        {
            removed += await RemoveAsync(level, source, LogSums.HourOf(LogSums.MinuteOf(clock.GetUtcNow().AddDays(-DaysOf(settings, level, source)))), cancel);
        }

        removed += await ShrinkAsync(settings.Megabytes * 1_048_576L, cancel);
        await TidyAsync(cancel);
        return removed;
    }

    private static int DaysOf(LogRetentionOptions settings, LogLevelWord level, string source)
    {
        var word = Words<LogLevelWord>.Of(level);
        return settings.Days.FirstOrDefault(rule => string.Equals(rule.Key, $"{word} {source}", StringComparison.OrdinalIgnoreCase)) is { Value: > 0 and var both } ? both
            : settings.Days.FirstOrDefault(rule => LogQueryReader.FindLevel(rule.Key) == level) is { Value: > 0 and var ofLevel } ? ofLevel
            : settings.OtherDays;
    }

    private async Task<List<(LogLevelWord Level, string Source)>> GroupsAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var command = connection.Command("SELECT DISTINCT level, source FROM log_hours");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var groups = new List<(LogLevelWord, string)>();
        while (await reader.ReadAsync(cancel))
        {
            groups.Add(((LogLevelWord)reader.GetInt32(0), reader.GetString(1)));
        }

        return groups;
    }

    /// <summary>Removes the lines of this level and source before this hour.</summary>
    private async Task<long> RemoveAsync(LogLevelWord level, string source, long hour, CancellationToken cancel)
    {
        var removed = 0L;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var (lines, isLast) = await writer.BetweenAsync(connection => RemoveSomeAsync(connection, level, source, hour, cancel), cancel);
            removed += lines;
            if (isLast)
            {
                return removed;
            }
        }
    }

    private static async Task<(long Lines, bool IsLast)> RemoveSomeAsync(LogConnection connection, LogLevelWord level, string source, long hour, CancellationToken cancel)
    {
        (string, object?)[] group = [("@level", (short)level), ("@source", source), ("@minute", hour * 60)];
        var (minutes, lines) = (new List<(long Minute, long First, long Last)>(), 0L);
        await using (var command = connection.Command(
            $"SELECT minute, sum(lines), min(first_id), max(last_id) FROM log_minutes WHERE minute < @minute AND {OfGroup} GROUP BY minute ORDER BY minute LIMIT 500", group))
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (lines < AtOnce && await reader.ReadAsync(cancel))
            {
                minutes.Add((reader.GetInt64(0), reader.GetInt64(2), reader.GetInt64(3)));
                lines += Convert.ToInt64(reader.GetValue(1), CultureInfo.InvariantCulture);
            }
        }

        if (minutes.Count == 0)
        {
            await connection.RunAsync($"DELETE FROM log_hours WHERE hour * 60 < @minute AND {OfGroup}", cancel, group);
            await connection.RunAsync($"DELETE FROM log_pattern_hours WHERE hour * 60 < @minute AND {OfGroup}", cancel, group);
            return (0, true);
        }

        await using var transaction = await connection.Inner.BeginTransactionAsync(cancel);
        var removed = 0L;
        foreach (var (minute, first, last) in minutes)
        {
            var start = DateTimeOffset.FromUnixTimeSeconds(minute * 60);
            removed += await RunAsync(
                connection, transaction, "DELETE FROM logs WHERE id >= @first AND id <= @last AND level = @word AND source = @source AND timestamp >= @start AND timestamp < @end", cancel,
                ("@first", first), ("@last", last), ("@word", Words<LogLevelWord>.Of(level)), ("@source", source), ("@start", connection.Time(start)), ("@end", connection.Time(start.AddMinutes(1))));
            await RunAsync(connection, transaction, $"DELETE FROM log_minutes WHERE minute = @minute AND {OfGroup}", cancel, ("@minute", minute), ("@level", (short)level), ("@source", source));
        }

        await transaction.CommitAsync(cancel);
        return (removed, false);
    }

    private static async Task<int> RunAsync(
        LogConnection connection, System.Data.Common.DbTransaction transaction, string sql, CancellationToken cancel, params (string Name, object? Value)[] values)
    {
        await using var command = connection.Command(sql, values);
        command.Transaction = transaction;
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Hour by hour from the oldest, until what is stored fits.</summary>
    private async Task<long> ShrinkAsync(long bytes, CancellationToken cancel)
    {
        var removed = 0L;
        while (database.IsSqlite && await UsedAsync(cancel) > bytes && await OldestHourAsync(cancel) is { } hour)
        {
            foreach (var (level, source) in await GroupsAsync(cancel))
            {
                removed += await RemoveAsync(level, source, hour + 1, cancel);
            }

            await TidyAsync(cancel);
        }

        return removed;
    }

    private async Task<long?> OldestHourAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        return await connection.ScalarAsync<long?>("SELECT min(hour) FROM log_hours", cancel);
    }

    /// <summary>Bytes that are in use; what was freed is used again before the files grow.</summary>
    private async Task<long> UsedAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        var used = 0L;
        foreach (var schema in new[] { "main", "ix" })
        {
            // A pragma's name can't be a parameter.
            var pages = await connection.ScalarAsync<long>($"PRAGMA {schema}.page_count", cancel) - await connection.ScalarAsync<long>($"PRAGMA {schema}.freelist_count", cancel);
            used += pages * await connection.ScalarAsync<long>($"PRAGMA {schema}.page_size", cancel);
        }

        return used;
    }

    /// <summary>Lets go of the words of lines that are all gone, of patterns that nothing has any more, and of receipts that no sender asks for again.</summary>
    private Task<int> TidyAsync(CancellationToken cancel) => writer.BetweenAsync(
        async connection =>
        {
            await connection.RunAsync("DELETE FROM log_receipts WHERE stored_at < @day", cancel, ("@day", connection.Time(clock.GetUtcNow().AddDays(-1))));
            await connection.RunAsync("DELETE FROM log_patterns WHERE NOT EXISTS (SELECT 1 FROM log_pattern_hours WHERE pattern_id = id)", cancel);
            var oldest = await connection.ScalarAsync<long?>("SELECT min(id) FROM logs", cancel) ?? long.MaxValue;
            var indexed = await connection.ScalarAsync<long>("SELECT indexed FROM log_index", cancel);
            foreach (var part in (await LogIndexTables.PartsAsync(connection, cancel)).Where(part => (part + 1) * LogIndexTables.LinesPerPart < Math.Min(oldest, indexed)))
            {
                await connection.RunAsync($"DROP TABLE ix.{LogIndexTables.WordsOf(part)}", cancel);
            }

            return 0;
        },
        cancel);
}

/// <summary>Removes lines once an hour.</summary>
internal sealed partial class LogRetentionWorker(LogRetention retention, TimeProvider clock, ILogger<LogRetentionWorker> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await retention.RemoveAsync(stoppingToken) is > 0 and var lines)
                {
                    LogRemoved(lines);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Lines} lines of log were kept for long enough and are removed")]
    private partial void LogRemoved(long lines);

    [LoggerMessage(LogLevel.Error, "Old lines of log could not be removed; this is tried again in an hour")]
    private partial void LogFailed(Exception exception);
}

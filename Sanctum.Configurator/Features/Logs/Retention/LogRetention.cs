using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>
/// Removes lines that were kept for long enough: whole hours, a few minutes' lines in one commit, between the commits of those who write,
/// so
/// that nobody waits.
/// </summary>
public sealed class LogRetention(LogDatabase database, LogWriter writer, TimeProvider clock)
{
    /// <summary>Lines that are removed in one commit, roughly.</summary>
    private const int AtOnce = 500;

    /// <summary>Lines that are looked at in one commit, roughly: those of a rare level lie far apart.</summary>
    private const int LookedAtAtOnce = 5_000;

    private const string OfGroup = "level = @level AND source = @source";

    /// <summary>Removes what is too old, and the oldest where there is too much.</summary>
    /// <param name="progress">Told how many lines went, as they go.</param>
    /// <returns>How many lines went.</returns>
    public async Task<long> RemoveAsync(LogRetentionRow rules, IProgress<long>? progress, CancellationToken cancel)
    {
        var removed = 0L;
        foreach (var (level, source) in await GroupsAsync(cancel))
        {
            removed += await RemoveAsync(
                level,
                source,
                EndOf(rules.DaysOf(level, source)),
                new DirectProgress<long>(lines => progress?.Report(removed + lines)),
                cancel
            );
        }

        removed += await ShrinkAsync(
            rules.Megabytes * 1_048_576L,
            new DirectProgress<long>(lines => progress?.Report(removed + lines)),
            cancel
        );
        await TidyAsync(cancel);
        return removed;
    }

    /// <summary>Removes the whole hours before a time.</summary>
    /// <param name="wanted">Null for all levels.</param>
    /// <param name="from">Null for all sources.</param>
    public async Task<long> RemoveAsync(
        LogLevelWord? wanted,
        string? from,
        DateTimeOffset before,
        IProgress<long>? progress,
        CancellationToken cancel
    )
    {
        var removed = 0L;
        foreach (
            var (level, source) in (await GroupsAsync(cancel)).Where(group =>
                (wanted ?? group.Level) == group.Level && (from ?? group.Source) == group.Source
            )
        )
        {
            removed += await RemoveAsync(
                level,
                source,
                LogSums.HourOf(LogSums.MinuteOf(before)),
                new DirectProgress<long>(lines => progress?.Report(removed + lines)),
                cancel
            );
        }

        await TidyAsync(cancel);
        return removed;
    }

    /// <summary>What is stored, and what of it is due.</summary>
    public async Task<LogStock> StockAsync(LogRetentionRow rules, CancellationToken cancel)
    {
        var groups = await GroupsAsync(cancel);
        await using var connection = await database.ReadAsync(cancel);
        var rows = new List<LogStockRow>();
        foreach (var (level, source) in groups)
        {
            var days = rules.DaysOf(level, source);
            await using var command = connection.Command(
                $"SELECT sum(lines), min(hour), sum(CASE WHEN hour < @end THEN lines ELSE 0 END) FROM log_source_hours WHERE {OfGroup}",
                ("@end", EndOf(days)),
                ("@level", (short)level),
                ("@source", source)
            );
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel) && !await reader.IsDBNullAsync(0, cancel))
            {
                rows.Add(
                    new(
                        EnumText<LogLevelWord>.Of(level),
                        source,
                        Number(reader, 0),
                        DateTimeOffset.FromUnixTimeSeconds(Number(reader, 1) * 3600),
                        days,
                        Number(reader, 2)
                    )
                );
            }
        }

        return new([.. rows.OrderByDescending(row => row.Lines)], database.IsSqlite ? await UsedAsync(cancel) : null);
    }

    private static long Number(System.Data.Common.DbDataReader reader, int column) =>
        Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);

    /// <summary>The hour before which lines have been kept for so many days.</summary>
    private long EndOf(int days) =>
        LogSums.HourOf(LogSums.MinuteOf(clock.GetUtcNow().AddDays(-Math.Clamp(days, 0, LogRetentionForm.LongestDays))));

    private async Task<List<(LogLevelWord Level, string Source)>> GroupsAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var command = connection.Command("SELECT DISTINCT level, source FROM log_source_hours");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var groups = new List<(LogLevelWord, string)>();
        while (await reader.ReadAsync(cancel))
        {
            groups.Add(((LogLevelWord)reader.GetInt32(0), reader.GetString(1)));
        }

        return groups;
    }

    /// <summary>Removes the lines of this level and source before this hour.</summary>
    private async Task<long> RemoveAsync(LogLevelWord level, string source, long hour, IProgress<long>? progress, CancellationToken cancel)
    {
        var removed = 0L;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var (lines, isLast) = await BetweenAsync(connection => RemoveSomeAsync(connection, level, source, hour, cancel), cancel);
            removed += lines;
            progress?.Report(removed);
            if (isLast)
            {
                return removed;
            }
        }
    }

    /// <summary>Between the commits of those who write lines, and those of the index, which would be refused otherwise.</summary>
    private async Task<T> BetweenAsync<T>(Func<LogConnection, Task<T>> act, CancellationToken cancel)
    {
        await database.IndexTurn.WaitAsync(cancel);
        try
        {
            return await writer.BetweenAsync(
                async () =>
                {
                    await using var connection = await database.WriteAsync(cancel);
                    return await act(connection);
                },
                cancel
            );
        }
        finally
        {
            database.IndexTurn.Release();
        }
    }

    private static async Task<(long Lines, bool IsLast)> RemoveSomeAsync(
        LogConnection connection,
        LogLevelWord level,
        string source,
        long hour,
        CancellationToken cancel
    )
    {
        var (minutes, lines, lookedAt) = (new List<(long Minute, long First, long Last)>(), 0L, 0L);
        await using (
            var command = connection.Command(
                $"SELECT minute, lines, first_id, last_id FROM log_source_minutes WHERE minute < @minute AND {OfGroup} ORDER BY minute LIMIT 500",
                ("@minute", hour * 60),
                ("@level", (short)level),
                ("@source", source)
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (lines < AtOnce && lookedAt < LookedAtAtOnce && await reader.ReadAsync(cancel))
            {
                var (minute, first, last) = (reader.GetInt64(0), reader.GetInt64(2), reader.GetInt64(3));
                minutes.Add((minute, first, last));
                lines += reader.GetInt64(1);
                lookedAt += last - first + 1;
            }
        }

        if (minutes.Count == 0)
        {
            foreach (var sums in new[] { "log_hours", "log_source_hours", "log_pattern_hours" })
            {
                await connection.RunAsync(
                    $"DELETE FROM {sums} WHERE hour < @hour AND {OfGroup}",
                    cancel,
                    ("@hour", hour),
                    ("@level", (short)level),
                    ("@source", source)
                );
            }

            return (0, true);
        }

        // By their ids: SQLite would go through all lines of the source for each minute.
        var table = connection.IsSqlite ? "logs NOT INDEXED" : "logs";
        await using var transaction = await connection.Inner.BeginTransactionAsync(cancel);
        await connection.LimitAsync(transaction, cancel);
        var removed = 0L;
        foreach (var (minute, first, last) in minutes)
        {
            var start = DateTimeOffset.FromUnixTimeSeconds(minute * 60);
            removed += await RunAsync(
                connection,
                transaction,
                $"DELETE FROM {table} WHERE id >= @first AND id <= @last AND level = @word AND source = @source AND timestamp >= @start AND timestamp < @end",
                cancel,
                ("@first", first),
                ("@last", last),
                ("@word", EnumText<LogLevelWord>.Of(level)),
                ("@source", source),
                ("@start", connection.Time(start)),
                ("@end", connection.Time(start.AddMinutes(1)))
            );
            foreach (var sums in new[] { "log_minutes", "log_source_minutes" })
            {
                await RunAsync(
                    connection,
                    transaction,
                    $"DELETE FROM {sums} WHERE minute = @minute AND {OfGroup}",
                    cancel,
                    ("@minute", minute),
                    ("@level", (short)level),
                    ("@source", source)
                );
            }
        }

        await transaction.CommitAsync(cancel);
        return (removed, false);
    }

    private static async Task<int> RunAsync(
        LogConnection connection,
        System.Data.Common.DbTransaction transaction,
        string sql,
        CancellationToken cancel,
        params (string Name, object? Value)[] values
    )
    {
        await using var command = connection.Command(sql, values);
        command.Transaction = transaction;
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Hour by hour from the oldest, until what is stored fits.</summary>
    private async Task<long> ShrinkAsync(long bytes, IProgress<long>? progress, CancellationToken cancel)
    {
        var removed = 0L;
        while (database.IsSqlite && await UsedAsync(cancel) > bytes && await OldestHourAsync(cancel) is { } hour)
        {
            foreach (var (level, source) in await GroupsAsync(cancel))
            {
                removed += await RemoveAsync(
                    level,
                    source,
                    hour + 1,
                    new DirectProgress<long>(lines => progress?.Report(removed + lines)),
                    cancel
                );
            }

            await TidyAsync(cancel);
        }

        return removed;
    }

    private async Task<long?> OldestHourAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        return await connection.ScalarAsync<long?>("SELECT min(hour) FROM log_source_hours", cancel);
    }

    /// <summary>Bytes that are in use; what was freed is used again before the files grow.</summary>
    private async Task<long> UsedAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        var used = 0L;
        foreach (var schema in new[] { "main", "ix" })
        {
            // A pragma's name can't be a parameter.
            var pages =
                await connection.ScalarAsync<long>($"PRAGMA {schema}.page_count", cancel)
                - await connection.ScalarAsync<long>($"PRAGMA {schema}.freelist_count", cancel);
            used += pages * await connection.ScalarAsync<long>($"PRAGMA {schema}.page_size", cancel);
        }

        return used;
    }

    /// <summary>
    /// Lets go of the words of lines that are all gone, of patterns that nothing has any more, and of receipts that no sender asks for
    /// again.
    /// </summary>
    private Task<int> TidyAsync(CancellationToken cancel) =>
        BetweenAsync(
            async connection =>
            {
                await connection.RunAsync(
                    "DELETE FROM log_receipts WHERE stored_at < @day",
                    cancel,
                    ("@day", connection.Time(clock.GetUtcNow().AddDays(-1)))
                );
                await connection.RunAsync("DELETE FROM log_patterns WHERE id NOT IN (SELECT pattern_id FROM log_pattern_hours)", cancel);
                var oldest = await connection.ScalarAsync<long?>("SELECT min(id) FROM logs", cancel) ?? long.MaxValue;
                var indexed = await connection.ScalarAsync<long>("SELECT indexed FROM log_index", cancel);
                foreach (
                    var part in (await LogIndexTables.PartsAsync(connection, cancel)).Where(part =>
                        (part + 1) * LogIndexTables.LinesPerPart < Math.Min(oldest, indexed)
                    )
                )
                {
                    await connection.RunAsync($"DROP TABLE ix.{LogIndexTables.WordsOf(part)}", cancel);
                }

                return 0;
            },
            cancel
        );
}

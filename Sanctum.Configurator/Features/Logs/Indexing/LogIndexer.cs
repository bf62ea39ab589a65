using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Indexing;

/// <summary>
/// Takes new lines, whoever wrote them, into the index: sums, patterns and, on SQLite, words. Lines it has not come to yet are searched one
/// by one, so nothing is missing meanwhile.
/// </summary>
internal sealed class LogIndexer(LogDatabase database)
{
    /// <summary>Lines in one step.</summary>
    private const int MostLines = 10_000;

    /// <summary>Characters in one step, roughly.</summary>
    private const int MostCharacters = 16_000_000;

    /// <summary>Up to where odd lines were made to fit; what is still odd after that is taken as it is.</summary>
    private long _fittedTo;

    /// <summary>Takes the next lines in.</summary>
    /// <returns>How many; 0 where there is nothing to do.</returns>
    public async Task<int> TakeAsync(CancellationToken cancel)
    {
        await database.IndexTurn.WaitAsync(cancel);
        try
        {
            return await TakeInTurnAsync(cancel);
        }
        finally
        {
            database.IndexTurn.Release();
        }
    }

    private async Task<int> TakeInTurnAsync(CancellationToken cancel)
    {
        await using var connection = await database.WriteAsync(cancel);
        await using var transaction = await BeginAsync(connection, cancel);
        var (indexed, until) = await StateAsync(connection, transaction, cancel);
        var (rows, odd) = await NextAsync(connection, transaction, indexed, until, cancel);
        if (odd.Count > 0 && odd[^1] > _fittedTo)
        {
            await transaction.RollbackAsync(cancel);
            await database.FitAsync(odd, cancel);
            _fittedTo = odd[^1];
            return odd.Count;
        }

        if (rows.Count > 0)
        {
            await WriteAsync(connection, transaction, rows, cancel);
        }

        await transaction.CommitAsync(cancel);
        return rows.Count;
    }

    private static async Task<DbTransaction> BeginAsync(LogConnection connection, CancellationToken cancel)
    {
        if (connection.Inner is SqliteConnection sqlite)
        {
            // Writes to the index alone, so the lines' writer is never kept waiting.
            return sqlite.BeginTransaction(deferred: true);
        }

        var transaction = await connection.Inner.BeginTransactionAsync(cancel);
        await connection.LimitAsync(transaction, cancel);
        await using var turn = connection.Command("SELECT pg_advisory_xact_lock(4832191)"); // One console takes lines in at a time.
        turn.Transaction = transaction;
        await turn.ExecuteNonQueryAsync(cancel);
        return transaction;
    }

    /// <summary>
    /// Up to which line the index goes, and up to which it may go now. PostgreSQL gives ids before it commits, so that a lower one can come
    /// after a higher: only what was there at the step before is taken, once every transaction that was open then has ended.
    /// </summary>
    private static async Task<(long Indexed, long Until)> StateAsync(
        LogConnection connection,
        DbTransaction transaction,
        CancellationToken cancel
    )
    {
        if (connection.IsSqlite)
        {
            await using var state = On(connection, transaction, "SELECT indexed FROM log_index");
            return ((long)(await state.ExecuteScalarAsync(cancel))!, long.MaxValue);
        }

        await using var command = On(
            connection,
            transaction,
            """
            WITH before AS (SELECT indexed, seen, seen_in FROM log_index), now AS (
                UPDATE log_index SET seen = coalesce((SELECT max(id) FROM logs), 0), seen_in = pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                WHERE seen_in <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
            SELECT indexed, CASE WHEN seen_in <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint THEN seen ELSE indexed END FROM before
            """
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <returns>The next lines, and the ids of those among them that have to be made to fit before.</returns>
    private static async Task<(List<LogRow> Rows, List<long> Odd)> NextAsync(
        LogConnection connection,
        DbTransaction transaction,
        long indexed,
        long until,
        CancellationToken cancel
    )
    {
        var (rows, odd) = (new List<LogRow>(), new List<long>());
        await using var command = On(
            connection,
            transaction,
            $"SELECT {LogRow.Columns} FROM logs WHERE id > @indexed AND id <= @until ORDER BY id LIMIT {MostLines}",
            ("@indexed", indexed),
            ("@until", until)
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        for (var characters = 0; characters < MostCharacters && await reader.ReadAsync(cancel); )
        {
            var row = LogRow.From(reader);
            rows.Add(row);
            characters += row.Message.Length + (row.Details?.Length ?? 0);
            if (!LogFit.Is(reader, row, connection.IsSqlite))
            {
                odd.Add(row.Id);
            }
        }

        return (rows, odd);
    }

    private static async Task WriteAsync(LogConnection connection, DbTransaction transaction, List<LogRow> rows, CancellationToken cancel)
    {
        var sums = new LogSums();
        foreach (var row in rows)
        {
            sums.Add(row);
        }

        if (connection.IsSqlite)
        {
            await WriteWordsAsync(connection, transaction, rows, cancel);
        }

        await AddAsync(connection, transaction, "minute", "log_minutes", ", source_id", sums.Minutes, cancel);
        await AddAsync(connection, transaction, "hour", "log_hours", ", source_id", sums.Hours, cancel);
        await AddAsync(connection, transaction, "minute", "log_source_minutes", "", sums.SourceMinutes, cancel);
        await AddAsync(connection, transaction, "hour", "log_source_hours", "", sums.SourceHours, cancel);
        await AddPatternsAsync(connection, transaction, sums, cancel);
        await using var done = On(connection, transaction, "UPDATE log_index SET indexed = @indexed", ("@indexed", rows[^1].Id));
        await done.ExecuteNonQueryAsync(cancel);
    }

    private static async Task WriteWordsAsync(
        LogConnection connection,
        DbTransaction transaction,
        List<LogRow> rows,
        CancellationToken cancel
    )
    {
        foreach (var part in rows.GroupBy(row => LogIndexTables.PartOf(row.Id)))
        {
            await using (var make = On(connection, transaction, LogIndexTables.MakeWords(part.Key)))
            {
                await make.ExecuteNonQueryAsync(cancel);
            }

            await using var insert = On(
                connection,
                transaction,
                $"INSERT INTO {LogIndexTables.WordsOf(part.Key)} (rowid, message, details, facets) VALUES (@id, @m, @d, @f)",
                ("@id", null),
                ("@m", null),
                ("@d", null),
                ("@f", null)
            );
            insert.Prepare();
            foreach (var row in part)
            {
                insert.Parameters[0].Value = row.Id;
                insert.Parameters[1].Value = LogTokenizer.ForIndex(row.Message);
                insert.Parameters[2].Value = LogTokenizer.ForIndex(DetailsText.Of(row.Details));
                insert.Parameters[3].Value = FacetLabels.Of(row);
                insert.ExecuteNonQuery();
            }
        }
    }

    private static async Task AddAsync(
        LogConnection connection,
        DbTransaction transaction,
        string span,
        string table,
        string id,
        Dictionary<SumKey, Sum> sums,
        CancellationToken cancel
    )
    {
        var (least, most) = connection.IsSqlite ? ("min", "max") : ("least", "greatest");
        await using var command = On(
            connection,
            transaction,
            $"""
            INSERT INTO {table} ({span}, level, source{id}, lines, first_id, last_id) VALUES (@span, @level, @source{(
                id.Length > 0 ? ", @id" : ""
            )}, @lines, @first, @last)
            ON CONFLICT ({span}, level, source{id}) DO UPDATE SET lines = {table}.lines + excluded.lines,
                first_id = {least}({table}.first_id, excluded.first_id), last_id = {most}({table}.last_id, excluded.last_id)
            """
        );
        foreach (var (key, sum) in sums)
        {
            await RunAsync(command, key, sum, cancel, ("@first", sum.FirstId), ("@last", sum.LastId));
        }
    }

    private static async Task AddPatternsAsync(LogConnection connection, DbTransaction transaction, LogSums sums, CancellationToken cancel)
    {
        foreach (var (id, text) in sums.Patterns)
        {
            await using var add = On(
                connection,
                transaction,
                "INSERT INTO log_patterns (id, text) VALUES (@id, @text) ON CONFLICT (id) DO NOTHING",
                ("@id", id),
                ("@text", text)
            );
            await add.ExecuteNonQueryAsync(cancel);
        }

        var most = connection.IsSqlite ? "max" : "greatest";
        await using var command = On(
            connection,
            transaction,
            $"""
            INSERT INTO log_pattern_hours (hour, pattern_id, level, source, source_id, lines, last_id) VALUES (@span, @pattern, @level, @source, @id, @lines, @last)
            ON CONFLICT (hour, pattern_id, level, source, source_id) DO UPDATE SET
                lines = log_pattern_hours.lines + excluded.lines, last_id = {most}(log_pattern_hours.last_id, excluded.last_id)
            """
        );
        foreach (var ((key, pattern), sum) in sums.PatternHours)
        {
            await RunAsync(command, key, sum, cancel, ("@pattern", pattern), ("@last", sum.LastId));
        }
    }

    private static async Task RunAsync(
        DbCommand command,
        SumKey key,
        Sum sum,
        CancellationToken cancel,
        params (string Name, object? Value)[] others
    )
    {
        command.Parameters.Clear();
        (string Name, object? Value)[] all =
        [
            ("@span", key.Span),
            ("@level", (short)key.Level),
            ("@source", key.Source),
            ("@lines", sum.Lines),
            .. key.SourceId is { } id ? [("@id", (long)id)] : Array.Empty<(string, object?)>(),
            .. others,
        ];
        foreach (var (name, value) in all)
        {
            LogConnection.Add(command, name, value);
        }

        await command.ExecuteNonQueryAsync(cancel);
    }

    private static DbCommand On(
        LogConnection connection,
        DbTransaction transaction,
        string sql,
        params ReadOnlySpan<(string Name, object? Value)> parameters
    )
    {
        var command = connection.Command(sql, parameters);
        command.Transaction = transaction;
        return command;
    }
}

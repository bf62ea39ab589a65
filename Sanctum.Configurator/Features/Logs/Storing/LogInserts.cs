using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>Adds lines over one connection. Its statements are read once, for as long as the connection lasts.</summary>
internal abstract class LogInserts(LogConnection connection, TimeProvider clock) : IDisposable
{
    public static LogInserts On(LogConnection connection, TimeProvider clock) =>
        connection.IsSqlite ? new SqliteInserts(connection, clock) : new PostgresInserts(connection, clock);

    protected LogConnection Connection => connection;

    /// <summary>Adds the lines within a transaction of the connection.</summary>
    public async Task<LogReceipt> AddAsync(DbTransaction transaction, IReadOnlyList<LogLine> lines, string? key, FileStep? step)
    {
        if (step is not null)
        {
            await FilePositions.StoreAsync(connection, transaction, step, clock.GetUtcNow());
        }

        if (key is not null && await FindAsync(transaction, key) is { } before)
        {
            return before;
        }

        var receipt = await InsertAsync(transaction, lines);
        if (key is not null)
        {
            await using var command = Command(
                transaction,
                "INSERT INTO log_receipts (key, lines, first_id, last_id, stored_at) VALUES (@key, @lines, @first, @last, @at)",
                ("@key", key),
                ("@lines", receipt.Lines),
                ("@first", receipt.FirstId),
                ("@last", receipt.LastId),
                ("@at", connection.Time(clock.GetUtcNow()))
            );
            await command.ExecuteNonQueryAsync();
        }

        return receipt;
    }

    public abstract void Dispose();

    protected abstract Task<LogReceipt> InsertAsync(DbTransaction transaction, IReadOnlyList<LogLine> lines);

    protected DbCommand Command(DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.Command(sql, parameters);
        command.Transaction = transaction;
        return command;
    }

    private async Task<LogReceipt?> FindAsync(DbTransaction transaction, string key)
    {
        await using var command = Command(transaction, "SELECT lines, first_id, last_id FROM log_receipts WHERE key = @key", ("@key", key));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? new(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), IsRepeat: true) : null;
    }

    private sealed class SqliteInserts(LogConnection connection, TimeProvider clock) : LogInserts(connection, clock)
    {
        private DbCommand? _insert;
        private DbCommand? _last;

        public override void Dispose()
        {
            _insert?.Dispose();
            _last?.Dispose();
        }

        protected override Task<LogReceipt> InsertAsync(DbTransaction transaction, IReadOnlyList<LogLine> lines)
        {
            _insert ??= Prepare(transaction);
            _last ??= Command(transaction, "SELECT last_insert_rowid()");
            (_insert.Transaction, _last.Transaction) = (transaction, transaction);
            var values = _insert.Parameters;
            foreach (var line in lines)
            {
                values[0].Value = EnumText<LogLevelWord>.Of(line.Level);
                values[1].Value = line.Source;
                values[2].Value = line.SourceId is { } source ? source : DBNull.Value;
                values[3].Value = line.Message;
                values[4].Value = line.Details ?? (object)DBNull.Value;
                values[5].Value = Connection.Time(line.Timestamp);
                values[6].Value = line.UserId is { } user ? user : DBNull.Value;
                values[7].Value = line.CorrelationId ?? (object)DBNull.Value;
                _insert.ExecuteNonQuery();
            }

            var last = (long)_last.ExecuteScalar()!;
            return Task.FromResult(new LogReceipt(lines.Count, last - lines.Count + 1, last));
        }

        private DbCommand Prepare(DbTransaction transaction)
        {
            var command = Command(
                transaction,
                "INSERT INTO logs (level, source, source_id, message, details, timestamp, user_id, correlation_id) VALUES (@l, @s, @i, @m, @d, @t, @u, @c)"
            );
            foreach (var name in (ReadOnlySpan<string>)["@l", "@s", "@i", "@m", "@d", "@t", "@u", "@c"])
            {
                LogConnection.Add(command, name, null);
            }

            command.Prepare();
            return command;
        }
    }

    private sealed class PostgresInserts(LogConnection connection, TimeProvider clock) : LogInserts(connection, clock)
    {
        private const string Insert = """
            WITH added AS (
                INSERT INTO logs (level, source, source_id, message, details, timestamp, user_id, correlation_id)
                SELECT l, s, i, m, d::jsonb, t, u, c FROM unnest(@l, @s, @i, @m, @d, @t, @u, @c) AS line (l, s, i, m, d, t, u, c)
                RETURNING id)
            SELECT min(id), max(id) FROM added
            """;

        public override void Dispose()
        {
            // Its command is made for each call.
        }

        protected override async Task<LogReceipt> InsertAsync(DbTransaction transaction, IReadOnlyList<LogLine> lines)
        {
            await using var command = Command(transaction, Insert);
            void Add<T>(string name, NpgsqlDbType type, Func<LogLine, T> value) =>
                command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type) { Value = lines.Select(value).ToArray() });

            Add("@l", NpgsqlDbType.Text, line => EnumText<LogLevelWord>.Of(line.Level));
            Add("@s", NpgsqlDbType.Text, line => line.Source);
            Add("@i", NpgsqlDbType.Integer, line => line.SourceId);
            Add("@m", NpgsqlDbType.Text, line => line.Message);
            Add("@d", NpgsqlDbType.Text, line => line.Details);
            Add("@t", NpgsqlDbType.TimestampTz, line => line.Timestamp.UtcDateTime);
            Add("@u", NpgsqlDbType.Integer, line => line.UserId);
            Add("@c", NpgsqlDbType.Text, line => line.CorrelationId);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            return lines.Count == 0 ? new(0, 0, 0) : new(lines.Count, reader.GetInt64(0), reader.GetInt64(1));
        }
    }
}

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Storage;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Runs statements on a unit of work's connection, each for so long at most.</summary>
internal sealed class RestStore(RegistryDbContext registry, TimeSpan patience, TimeProvider clock) : IRestRows
{
    public SqlDialect Dialect { get; } = registry.Database.IsSqlite() ? SqlDialect.Sqlite : SqlDialect.Postgres;

    public RegistryDbContext Registry => registry;

    public SqlText NewValues() => new(Dialect);

    /// <summary>The statements of the transaction, which are prepared once.</summary>
    private readonly Dictionary<string, DbCommand> _commands = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _commands.Values)
        {
            await command.DisposeAsync();
        }

        await registry.DisposeAsync();
    }

    public Task<WrittenRows> RowsAsync(ReadStatement statement, RowWriter writer, CancellationToken cancel) =>
        ReadAsync(statement.Sql, statement.Values, rows => writer.WriteAsync(rows, statement.Columns, cancel), cancel);

    public async Task<T> ReadAsync<T>(string sql, SqlText values, Func<DbDataReader, Task<T>> read, CancellationToken cancel)
    {
        await registry.Database.OpenConnectionAsync(cancel);
        try
        {
            var command = CommandOf(sql);
            foreach (var parameter in values.Parameters)
            {
                command.Parameters.Add(parameter);
            }

            using var limit = new CancellationTokenSource(patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            using var interrupt = Limit(command, sql, either.Token);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            return await read(reader);
        }
        finally
        {
            await registry.Database.CloseConnectionAsync();
        }
    }

    public Task<int> ExecuteAsync(string sql, SqlText values, CancellationToken cancel) =>
        ReadAsync(sql, values, reader => Task.FromResult(reader.RecordsAffected), cancel);

    public Task<object?> AskAsync(string sql, SqlText values, CancellationToken cancel) =>
        ReadAsync(
            sql,
            values,
            async reader => await reader.ReadAsync(cancel) && !await reader.IsDBNullAsync(0, cancel) ? reader.GetValue(0) : null,
            cancel
        );

    /// <summary>The ids in the first column.</summary>
    public Task<List<Guid>> IdsAsync(string sql, SqlText values, CancellationToken cancel) =>
        ReadAsync(
            sql,
            values,
            async reader =>
            {
                var ids = new List<Guid>();
                while (await reader.ReadAsync(cancel))
                {
                    ids.Add(reader.GetValue(0) is Guid id ? id : GuidTextConverter.Parse(reader.GetString(0)));
                }

                return ids;
            },
            cancel
        );

    private DbCommand CommandOf(string sql)
    {
        var transaction = registry.Database.CurrentTransaction?.GetDbTransaction();
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands[sql] = command = registry.Database.GetDbConnection().CreateCommand();
            command.CommandText = sql;
        }

        command.Transaction = transaction;
        command.Parameters.Clear();
        return command;
    }

    private CancellationTokenRegistration Limit(DbCommand command, string sql, CancellationToken limit)
    {
        if (command.Connection is SqliteConnection sqlite)
        {
            SqliteFunctions.AddTo(sqlite, sql);
            return limit.Register(() => SqliteInterrupt.Of(sqlite));
        }

        command.CommandTimeout = Math.Max(1, (int)Math.Ceiling(patience.TotalSeconds));
        return default;
    }
}

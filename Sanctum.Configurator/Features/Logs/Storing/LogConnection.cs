using System.Data.Common;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>A connection to the logs, and what differs between the databases in the SQL that both are asked with.</summary>
/// <param name="giveBack">Takes it back for the next one; null closes it.</param>
internal sealed class LogConnection(DbConnection connection, Action<DbConnection>? giveBack) : IAsyncDisposable
{
    private bool _isBroken;

    public bool IsSqlite { get; } = connection is SqliteConnection;

    public DbConnection Inner => connection;

    /// <summary>A time as the column has it.</summary>
    public object Time(DateTimeOffset time) => IsSqlite ? UtcText.Of(time) : time.UtcDateTime;

    public DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            Add(command, name, value);
        }

        return command;
    }

    public static DbParameter Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return parameter;
    }

    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancel, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var stop = Interrupting(cancel);
        return await command.ExecuteScalarAsync(cancel) is { } value and not DBNull
            ? (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture)
            : default;
    }

    public async Task<int> RunAsync(string sql, CancellationToken cancel, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>
    /// On PostgreSQL: a console that stands still in the middle of the transaction loses it, and those who wait for its locks go on.
    /// </summary>
    public async Task LimitAsync(DbTransaction transaction, CancellationToken cancel)
    {
        if (!IsSqlite)
        {
            await using var command = Command($"SELECT {PostgresLimits.Columns}");
            command.Transaction = transaction;
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Makes a statement of SQLite's that is under way end when this is cancelled; it would not by itself.</summary>
    public CancellationTokenRegistration Interrupting(CancellationToken cancel) =>
        connection is SqliteConnection sqlite ? cancel.Register(() => SqliteInterrupt.Of(sqlite)) : default;

    /// <summary>It must not be used again, as after a failure.</summary>
    public void Break() => _isBroken = true;

    public async ValueTask DisposeAsync()
    {
        if (giveBack is not null && !_isBroken)
        {
            giveBack(connection);
            return;
        }

        await connection.DisposeAsync();
    }
}

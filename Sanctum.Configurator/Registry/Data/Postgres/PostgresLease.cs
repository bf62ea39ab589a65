using Npgsql;

namespace Sanctum.Configurator.Registry.Data.Postgres;

/// <summary>
/// A sign to the other consoles on this PostgreSQL that this one is doing something: a lock on a connection of its own, which ends with
/// the process at the latest.
/// </summary>
internal sealed class PostgresLease : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private PostgresLease(NpgsqlConnection connection) => _connection = connection;

    /// <summary>The database that the connection is to.</summary>
    public string Database => _connection.Database;

    /// <param name="kind">What is done; one of <see cref="RegistryLock"/>'s kinds.</param>
    /// <param name="id">With what.</param>
    /// <returns>Null where somebody is doing it.</returns>
    public static async Task<PostgresLease?> TryTakeAsync(string connectionString, int kind, int id, CancellationToken cancel)
    {
        // Not pooled: the lock belongs to the connection and must go with it.
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                Pooling = false,
                KeepAlive = 30,
                CommandTimeout = 0,
            }.ConnectionString
        );
        var claim = new PostgresLease(connection);
        try
        {
            await connection.OpenAsync(cancel);
            if (await claim.AskAsync($"SELECT pg_try_advisory_lock({kind}, {id})", cancel) is true)
            {
                return claim;
            }
        }
        catch
        {
            await claim.DisposeAsync();
            throw;
        }

        await claim.DisposeAsync();
        return null;
    }

    /// <summary>Runs a statement on the connection.</summary>
    public async Task<object?> AskAsync(string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteScalarAsync(cancel);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

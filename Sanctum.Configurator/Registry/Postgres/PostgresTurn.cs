using Npgsql;

namespace Sanctum.Configurator.Registry.Postgres;

/// <summary>The right to migrate a PostgreSQL database, held by one console at a time on a connection of its own.</summary>
internal sealed class PostgresTurn : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private PostgresTurn(NpgsqlConnection connection) => _connection = connection;

    public static async Task<PostgresTurn> TakeAsync(string connectionString, CancellationToken cancel)
    {
        // Not pooled: the lock belongs to the connection and must go with it.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({RegistryLock.MigrationKey})", connection);
        await command.ExecuteNonQueryAsync(cancel);
        return new(connection);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

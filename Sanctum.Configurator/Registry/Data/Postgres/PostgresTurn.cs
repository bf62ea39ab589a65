using System.Net.Sockets;
using Npgsql;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Registry.Data.Postgres;

/// <summary>The right to migrate a PostgreSQL database, held by one console at a time on a connection of its own.</summary>
internal sealed class PostgresTurn : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private PostgresTurn(NpgsqlConnection connection) => _connection = connection;

    /// <exception cref="StartRefusedException">The server can't be reached, or does not let the console in.</exception>
    public static async Task<PostgresTurn> TakeAsync(string connectionString, CancellationToken cancel)
    {
        // Not pooled: the lock belongs to the connection and must go with it.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel);
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new StartRefusedException(
                $"The PostgreSQL database {settings.Database ?? settings.Username} on {settings.Host}:{settings.Port} can't be opened: {e.Message.TrimEnd('.')}. "
                    + "Start the server, or correct DATABASE_URL or ConnectionStrings__Registry.",
                e
            );
        }

        try
        {
            await using var command = new NpgsqlCommand(
                $"SET lock_timeout = '60s'; SELECT pg_advisory_lock({RegistryLock.MigrationKey}); RESET lock_timeout",
                connection
            );
            await command.ExecuteNonQueryAsync(cancel);
            return new(connection);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await connection.DisposeAsync();
            throw new StartRefusedException(
                $"Another console has been migrating the database {settings.Database ?? settings.Username} for a minute. Wait until it finishes and start again; if it hangs, stop it. "
                    + "To find it: SELECT pid, client_addr FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted;",
                e
            );
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

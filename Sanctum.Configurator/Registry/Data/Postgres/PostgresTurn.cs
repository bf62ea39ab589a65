using System.Net.Sockets;
using Npgsql;

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
            await RequireOwnSessionAsync(settings, connection, cancel);
            return new(connection);
        }
        catch (StartRefusedException)
        {
            await connection.DisposeAsync();
            throw;
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

    /// <summary>
    /// Behind a pooler of transactions the lock stays with a connection that is given to the next one who comes, who then has it as well.
    /// </summary>
    private static async Task RequireOwnSessionAsync(
        NpgsqlConnectionStringBuilder settings,
        NpgsqlConnection holder,
        CancellationToken cancel
    )
    {
        await using var other = new NpgsqlConnection(settings.ConnectionString);
        await other.OpenAsync(cancel);
        await using var ask = new NpgsqlCommand($"SELECT pg_try_advisory_lock({RegistryLock.MigrationKey})", other);
        if (await ask.ExecuteScalarAsync(cancel) is not true)
        {
            return;
        }

        foreach (var connection in new[] { other, holder })
        {
            await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", connection);
            await release.ExecuteNonQueryAsync(cancel);
        }

        throw new StartRefusedException(RegistryLocation.TransactionPooler(settings.Host, settings.Port));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

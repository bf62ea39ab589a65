using Npgsql;

namespace Sanctum.Configurator.Registry.Data.Postgres;

/// <summary>
/// The right to watch something, such as the Letta server. Of the consoles that share a PostgreSQL one has it, until it stops or loses its connection; a
/// console with a SQLite file of its own always has it.
/// </summary>
public sealed class MonitorTurn(RegistryLocation location, long key = RegistryLock.MonitorKey) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;
    private bool _isHeld;

    /// <summary>Whether this console has the right now; takes it where nobody has. Not for two callers at once.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancel)
    {
        if (location.IsSqlite)
        {
            return true;
        }

        try
        {
            return _isHeld = await AskAsync(cancel);
        }
        catch
        {
            // The lock went with the connection.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isHeld = false;
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private async Task<bool> AskAsync(CancellationToken cancel)
    {
        if (_connection is null)
        {
            // Not pooled: the lock belongs to the connection and must go with it.
            _connection = new(
                new NpgsqlConnectionStringBuilder(location.PostgresConnection!) { Pooling = false, KeepAlive = 30 }.ConnectionString
            );
            await _connection.OpenAsync(cancel);
        }

        // Taken again by its holder, the lock would only count up; that the connection still answers is enough then.
        var sql = _isHeld ? "SELECT true" : $"SELECT pg_try_advisory_lock({key})";
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteScalarAsync(cancel) is true;
    }
}

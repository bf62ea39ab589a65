using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Indexing;

/// <summary>
/// Makes the index of words on PostgreSQL, beside whoever reads and writes, where it is not there or is of an earlier kind. Until it is,
/// a search for words takes longer and finds the same.
/// </summary>
internal sealed class PostgresWordsIndex(LogDatabase database)
{
    /// <summary>One console makes it.</summary>
    private const long Turn = 4832192;

    public async Task MakeAsync(CancellationToken cancel)
    {
        if (database.IsSqlite)
        {
            return;
        }

        await using var connection = await database.BesideAsync(cancel);
        if (!await connection.ScalarAsync<bool>($"SELECT pg_try_advisory_lock({Turn})", cancel))
        {
            return;
        }

        try
        {
            await MakeInTurnAsync(connection, cancel);
        }
        finally
        {
            await connection.RunAsync($"SELECT pg_advisory_unlock({Turn})", CancellationToken.None);
        }
    }

    private static async Task MakeInTurnAsync(LogConnection connection, CancellationToken cancel)
    {
        // One that was begun and not ended is of no use, and in the way.
        var isBroken = await connection.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('{LogIndexTables.PostgresWordsIndex}') AND NOT indisvalid)",
            cancel
        );
        await RunAsync(connection, isBroken ? $"DROP INDEX CONCURRENTLY IF EXISTS {LogIndexTables.PostgresWordsIndex}" : null, cancel);
        await RunAsync(
            connection,
            $"CREATE INDEX CONCURRENTLY IF NOT EXISTS {LogIndexTables.PostgresWordsIndex} ON logs USING gin (({LogIndexTables.PostgresWords}))",
            cancel
        );
        await RunAsync(connection, "DROP INDEX CONCURRENTLY IF EXISTS idx_logs_words", cancel);
    }

    private static async Task RunAsync(LogConnection connection, string? sql, CancellationToken cancel)
    {
        if (sql is not null)
        {
            await using var command = connection.Command(sql);
            command.CommandTimeout = 0; // It takes as long as there are lines.
            await command.ExecuteNonQueryAsync(cancel);
        }
    }
}

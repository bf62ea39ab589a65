using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sanctum.Configurator.Registry.Data.Search;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

internal static class SqliteFiles
{
    private const int MostAttempts = 5;

    /// <summary>Seconds for which a statement waits while another program holds the write lock.</summary>
    private const int BusySeconds = 30;

    /// <summary>
    /// Statements of one save that go to the driver together. For each of them it looks up the values of all by their names, so the time of
    /// many together grows with the square of their number, and the file is no further away than the next call.
    /// </summary>
    public const int MostStatements = 16;

    /// <summary>
    /// Lets SQLite itself wait for the lock at first, 1 ms and then longer and longer; the driver, which waits after that, looks for it
    /// every 150 ms.
    /// </summary>
    public const string ShortNaps = "PRAGMA busy_timeout = 1000";

    public static string ConnectionTo(string file) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = file,
            ForeignKeys = true,
            DefaultTimeout = BusySeconds,
        }.ConnectionString;

    /// <summary>Closes the connections to this file that are kept for whoever needs the next one.</summary>
    public static void CloseKept(string file)
    {
        using var kept = new SqliteConnection(ConnectionTo(file));
        SqliteConnection.ClearPool(kept);
    }

    /// <summary>
    /// Lets readers and the one writer go on side by side; kept in the file. EF Core does this only where its own call creates the file.
    /// </summary>
    public static Task UseWriteAheadLogAsync(DbContext context, CancellationToken cancel) =>
        context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancel);

    /// <summary>
    /// Takes the words of deleted messages out of the index, where they would stand until they are merged away. It writes the whole index
    /// anew, within the caller's transaction. (Its "secure-delete" would spare that, and keep older programs from reading the file.)
    /// </summary>
    public static async Task MergeWordsAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        await MessageWordsBehind.IndexAsync(registry, int.MaxValue, cancel);
        await registry.Database.ExecuteSqlAsync($"INSERT INTO messages_words(messages_words) VALUES ('optimize')", cancel);
    }

    /// <summary>Writes into the database file what is committed, and empties the write-ahead log of what was there before.</summary>
    /// <returns>False where somebody who reads or writes the database was in the way.</returns>
    public static async Task<bool> TryEmptyLogAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        await registry.Database.OpenConnectionAsync(cancel);
        try
        {
            await using var command = registry.Database.GetDbConnection().CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            for (var attempt = 0; attempt < MostAttempts; attempt++)
            {
                if (Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture) == 0)
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            await registry.Database.CloseConnectionAsync();
        }
    }

    /// <summary>
    /// Takes away what was overwritten or deleted but still stands in the files: in the write-ahead log, and in free space that a program
    /// without "secure_delete" left.
    /// </summary>
    /// <returns>False where somebody who reads or writes the database was in the way.</returns>
    public static async Task<bool> TryWipeAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        await registry.Database.OpenConnectionAsync(cancel);
        try
        {
            await using var command = registry.Database.GetDbConnection().CreateCommand();
            command.CommandTimeout = 1;
            command.CommandText = "VACUUM";
            await command.ExecuteNonQueryAsync(cancel);
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture) == 0;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLITE_BUSY or SQLITE_LOCKED)
        {
            return false;
        }
        finally
        {
            await registry.Database.CloseConnectionAsync();
        }
    }
}

/// <summary>
/// Settings of each connection: replaced secrets are overwritten in the file, and a commit is on the disk when it returns.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public static readonly SqlitePragmas Instance = new();

    /// <summary>A large transaction has 8 MB before it writes pages twice.</summary>
    private const string ForWriting = "PRAGMA cache_size = -8000";

    private const string Pragmas = $"PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; {ForWriting}; {SqliteFiles.ShortNaps}";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using Microsoft.Data.Sqlite;
using Npgsql;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// Notes that somebody was there, such as when a key was last used. Whoever only reads is answered although that can't be written.
/// </summary>
public static partial class Bookkeeping
{
    /// <summary>Seconds for which it waits for others who write.</summary>
    public const int Patience = 5;

    /// <param name="log">Told where the database is full, locked or can't be written.</param>
    public static async Task TryAsync(Func<Task> write, ILogger log)
    {
        try
        {
            await write();
        }
        catch (Exception e) when (CanNotBeWritten(e))
        {
            LogNotNoted(log, e);
        }
    }

    private static bool CanNotBeWritten(Exception? failure) =>
        failure switch
        {
            null => false,
            DatabaseMovedException => true,
            SqliteException e => e.SqliteErrorCode is SQLITE_FULL or SQLITE_READONLY or SQLITE_IOERR or SQLITE_BUSY or SQLITE_LOCKED,
            PostgresException e => e.SqlState
                is PostgresErrorCodes.DiskFull
                    or PostgresErrorCodes.ReadOnlySqlTransaction
                    or PostgresErrorCodes.LockNotAvailable,
            NpgsqlException { InnerException: TimeoutException } => true,
            _ => CanNotBeWritten(failure.InnerException),
        };

    [LoggerMessage(LogLevel.Warning, "The last use of a session or key could not be recorded: the database is read-only")]
    private static partial void LogNotNoted(ILogger log, Exception exception);
}

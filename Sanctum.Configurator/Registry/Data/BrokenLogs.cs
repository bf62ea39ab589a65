using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// What is done with a <c>logs.db</c> that is no longer a database: it is kept under another name, and a new one is begun.
/// </summary>
public static class BrokenLogs
{
    public static bool IsBroken(SqliteException e) =>
        e.SqliteErrorCode is SQLITE_CORRUPT or SQLITE_NOTADB || e.SqliteExtendedErrorCode == SQLITE_IOERR_SHORT_READ;

    /// <summary>Moves the file and its write-ahead log away. Nobody of this console may have it open.</summary>
    /// <returns>Where it is now.</returns>
    public static string SetAside(RegistryLocation location, TimeProvider clock)
    {
        var stamp = clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
        var aside = Path.Combine(location.DataDirectory, $"logs-broken-{stamp}.db");
        foreach (var end in new[] { "", "-wal", "-shm" })
        {
            if (File.Exists(location.LogsFile + end))
            {
                File.Move(location.LogsFile + end, aside + end);
            }
        }

        return aside;
    }
}

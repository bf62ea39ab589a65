using Microsoft.Data.Sqlite;
using Npgsql;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Platform;

/// <summary>Tells a database that does not answer, or a disk that can't be read, from a mistake of the console's own.</summary>
internal static class DatabaseOutage
{
    /// <summary>
    /// SQLSTATE classes of connections (08), of who may log in (28) and whereto (3D), of resources (53), of a server that stops or starts
    /// (57) and of its disk (58), and the one of a database that lets nobody in; PostgreSQL's documentation, appendix A.
    /// </summary>
    private static readonly string[] OfThatServer = ["08", "28", "3D", "53", "57P", "58", "55000"];

    public static bool IsBehind(Exception? failure) => failure switch
    {
        null => false,
        PostgresException e => OfThatServer.Any(state => e.SqlState.StartsWith(state, StringComparison.Ordinal)),
        NpgsqlException { InnerException: IOException or TimeoutException or System.Net.Sockets.SocketException } => true,
        SqliteException e => e.SqliteErrorCode is SQLITE_BUSY or SQLITE_CANTOPEN or SQLITE_IOERR or SQLITE_CORRUPT or SQLITE_NOTADB,
        _ => IsBehind(failure.InnerException),
    };
}

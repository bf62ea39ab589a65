using Microsoft.Data.Sqlite;
using Npgsql;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Platform;

/// <summary>Tells a database that does not answer, or a disk that can't be read, from a mistake of the console's own.</summary>
internal static class DatabaseOutage
{
    /// <summary>
    /// SQLSTATE classes of connections (08), of who may log in (28) and whereto (3D), of resources (53), of a server that stops or starts
    /// (57) and of its disk (58), of a database that lets nobody in, of a lock that another console holds, and of a transaction that stood
    /// still; PostgreSQL's documentation, appendix A.
    /// </summary>
    private static readonly string[] OfThatServer = ["08", "28", "3D", "53", "57P", "58", "55000", "55P03", "25P03"];

    /// <summary>Whether it is what a caller sent that the database has no way to keep: a NUL in a text, on PostgreSQL.</summary>
    public static bool IsUnkeepable(Exception? failure) =>
        failure is PostgresException { SqlState: "22021" or "22P05" } || (failure?.InnerException is { } inner && IsUnkeepable(inner));

    /// <summary>A table is missing, lacks a column, or is a view.</summary>
    private static bool IsAnotherSchema(Exception failure) =>
        failure switch
        {
            SqliteException { SqliteErrorCode: SQLITE_ERROR } e => e.Message.Contains("because it is a view", StringComparison.Ordinal)
                || e.Message.Contains("no such table", StringComparison.Ordinal)
                || e.Message.Contains("no such column", StringComparison.Ordinal),
            PostgresException e => e.SqlState
                is PostgresErrorCodes.UndefinedTable
                    or PostgresErrorCodes.UndefinedColumn
                    or PostgresErrorCodes.WrongObjectType,
            _ => false,
        };

    /// <summary>What is the matter, where more is known than that it does not answer.</summary>
    public static string? SentenceOf(Exception? failure) =>
        failure switch
        {
            null => null,
            DatabaseMovedException e => e.Message,
            PostgresException { SqlState: "55P03" or "25P03" } =>
                "Another console or program has locked the database. If it hangs, stop it.",
            _ when IsAnotherSchema(failure) =>
                $"A table of the database is not as the console made it ({failure.Message.TrimEnd('.')}): another program has changed it. Change it back, or restore a backup.",
            _ => SentenceOf(failure.InnerException),
        };

    public static bool IsBehind(Exception? failure) =>
        failure switch
        {
            null => false,
            DatabaseMovedException => true,
            _ when IsAnotherSchema(failure) => true,
            PostgresException e => OfThatServer.Any(state => e.SqlState.StartsWith(state, StringComparison.Ordinal)),
            NpgsqlException { InnerException: IOException or TimeoutException or System.Net.Sockets.SocketException } => true,
            SqliteException e => e.SqliteErrorCode is SQLITE_BUSY or SQLITE_CANTOPEN or SQLITE_IOERR or SQLITE_CORRUPT or SQLITE_NOTADB,
            _ => IsBehind(failure.InnerException),
        };
}

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>What an operator is told of a migration that the database refused: why, and what to do.</summary>
internal static class FailedMigration
{
    private const string Again = "then start again.";

    /// <summary>What the database said, where that is why something failed.</summary>
    public static Exception? Find(Exception? e) =>
        e switch
        {
            null => null,
            DbException or TimeoutException => e,
            IOException or UnauthorizedAccessException => e,
            _ => Find(e.InnerException),
        };

    /// <param name="at">Where the registry is now, in a sentence; empty where nobody knows.</param>
    public static string Sentence(Exception e, RegistryLocation location, string at) =>
        $"The schema could not be changed: {WordsOf(e).TrimEnd('.')}. {at}{(at.Length > 0 ? " " : "")}{AdviceFor(e, location)}";

    public static string AdviceFor(Exception e, RegistryLocation location) =>
        KindOf(e) switch
        {
            Kind.Full =>
                $"Free some space on the disk of {(location.IsSqlite ? location.DataDirectory : "the PostgreSQL server")}, {Again}",
            Kind.ReadOnly => location.IsSqlite
                ? $"Make the console's user the owner of all files in {location.DataDirectory}, and the disk writable, {Again}"
                : $"The server only reads, as a standby does. Use the one that writes, {Again}",
            Kind.NoRights =>
                $"The console creates tables, functions and triggers, so its user must own the database and all that is in it: {OwnSql(location)}. Do that, {Again}",
            Kind.Locked => $"Another program keeps the database locked. End it, {Again}",
            Kind.Exists =>
                "The database has what this migration makes, though its list of migrations (__EFMigrationsHistory) says otherwise: the list was edited, or lost. Put back what was taken out of it, or restore a backup.",
            Kind.Missing =>
                "The database lacks what an earlier migration made, though its list of migrations (__EFMigrationsHistory) says that it has it. Restore a backup.",
            _ => "Start the version that it was used with before; it knows this schema.",
        };

    private static string OwnSql(RegistryLocation location)
    {
        var settings = new NpgsqlConnectionStringBuilder(location.PostgresConnection);
        return $"ALTER DATABASE {Quoted(settings.Database ?? settings.Username)} OWNER TO {Quoted(settings.Username)}";
    }

    private static string Quoted(string? name) => $"\"{name?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>PostgreSQL's number of an error, and SQLite's, say nothing that the words do not.</summary>
    private static string WordsOf(Exception e) => e is PostgresException said ? said.MessageText : e.Message;

    private static Kind KindOf(Exception e) =>
        e switch
        {
            SqliteException said => KindOf(said),
            PostgresException said => KindOf(said),
            NpgsqlException { InnerException: TimeoutException } or TimeoutException => Kind.Locked,
            IOException when (e.HResult & 0xffff) is 28 or 112 => Kind.Full,
            UnauthorizedAccessException => Kind.ReadOnly,
            _ => Kind.Other,
        };

    private static Kind KindOf(SqliteException said) =>
        said.SqliteErrorCode switch
        {
            SQLITE_FULL => Kind.Full,
            SQLITE_READONLY or SQLITE_CANTOPEN or SQLITE_PERM => Kind.ReadOnly,
            SQLITE_BUSY or SQLITE_LOCKED => Kind.Locked,
            SQLITE_ERROR when said.Message.Contains("already exists", StringComparison.Ordinal) => Kind.Exists,
            SQLITE_ERROR when said.Message.Contains("duplicate column", StringComparison.Ordinal) => Kind.Exists,
            SQLITE_ERROR when said.Message.Contains("no such", StringComparison.Ordinal) => Kind.Missing,
            _ => Kind.Other,
        };

    private static Kind KindOf(PostgresException said) =>
        said.SqlState switch
        {
            PostgresErrorCodes.DiskFull => Kind.Full,
            PostgresErrorCodes.ReadOnlySqlTransaction => Kind.ReadOnly,
            PostgresErrorCodes.InsufficientPrivilege => Kind.NoRights,
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected => Kind.Locked,
            PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateColumn or PostgresErrorCodes.DuplicateObject => Kind.Exists,
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedObject => Kind.Missing,
            _ => Kind.Other,
        };

    private enum Kind
    {
        Other,
        Full,
        ReadOnly,
        NoRights,
        Locked,
        Exists,
        Missing,
    }
}

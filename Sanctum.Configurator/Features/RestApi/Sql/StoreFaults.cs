using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sanctum.Configurator.Platform.Requests;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>What a database said against a statement, for whoever asked for it.</summary>
internal static partial class StoreFaults
{
    private static readonly RestRefusal TooSlow = new(
        StatusCodes.Status500InternalServerError,
        "57014",
        "canceling statement due to statement timeout",
        null,
        "Ask for less at a time, or by columns that have an index: id, user_id, conversation_id, created_at."
    );

    /// <summary>Null where it is the console's own failure, or the database's.</summary>
    public static RestRefusal? Of(Exception failure, string? table) =>
        failure switch
        {
            PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => TooSlow,
            NpgsqlException { InnerException: TimeoutException } => TooSlow,
            PostgresException e => StatusOf(e.SqlState) is { } status ? new(status, e.SqlState, e.MessageText, e.Detail, e.Hint) : null,
            SqliteException { SqliteErrorCode: SQLITE_INTERRUPT } => TooSlow,
            SqliteException e => Of(e, table),
            _ => null,
        };

    private static int? StatusOf(string state) =>
        state switch
        {
            PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation => StatusCodes.Status409Conflict,
            PostgresErrorCodes.UndefinedFunction => StatusCodes.Status404NotFound,
            "42804" or "42846" or "54001" or "54023" or "40001" or "40P01" => StatusCodes.Status400BadRequest,
            _ when state.StartsWith("21", StringComparison.Ordinal) => StatusCodes.Status400BadRequest,
            _ when state.StartsWith("22", StringComparison.Ordinal) => StatusCodes.Status400BadRequest,
            _ when state.StartsWith("23", StringComparison.Ordinal) => StatusCodes.Status400BadRequest,
            _ => null,
        };

    private static RestRefusal? Of(SqliteException failure, string? table)
    {
        var columns = Failed().Match(failure.Message) is { Success: true } match ? match.Groups["what"].Value : "";
        return failure.SqliteExtendedErrorCode switch
        {
            SQLITE_CONSTRAINT_UNIQUE or SQLITE_CONSTRAINT_PRIMARYKEY => new(
                StatusCodes.Status409Conflict,
                PostgresErrorCodes.UniqueViolation,
                "duplicate key value violates unique constraint",
                $"A row with the same {columns} already exists."
            ),
            SQLITE_CONSTRAINT_FOREIGNKEY => new(
                StatusCodes.Status409Conflict,
                PostgresErrorCodes.ForeignKeyViolation,
                $"insert or update on table \"{table}\" violates foreign key constraint",
                "A row that it refers to is not there."
            ),
            SQLITE_CONSTRAINT_NOTNULL => new(
                StatusCodes.Status400BadRequest,
                PostgresErrorCodes.NotNullViolation,
                $"null value in column \"{columns.Split('.')[^1]}\" of relation \"{table}\" violates not-null constraint"
            ),
            SQLITE_CONSTRAINT_CHECK => new(
                StatusCodes.Status400BadRequest,
                PostgresErrorCodes.CheckViolation,
                $"new row for relation \"{table}\" violates check constraint \"{columns}\""
            ),
            SQLITE_ERROR when failure.Message.Contains("invalid input syntax", StringComparison.Ordinal) => new(
                StatusCodes.Status400BadRequest,
                PostgresErrorCodes.InvalidTextRepresentation,
                failure.Message[failure.Message.IndexOf("invalid input syntax", StringComparison.Ordinal)..].TrimEnd('.', '\'')
            ),
            SQLITE_TOOBIG => new(StatusCodes.Status400BadRequest, "54000", "a value is too large for the database"),
            _ => null,
        };
    }

    // The library's own words: UNIQUE constraint failed: user_preferences.user_id
    [GeneratedRegex(@"constraint failed: (?<what>[^']*)'?")]
    private static partial Regex Failed();
}

namespace Sanctum.Configurator.Registry.Model;

/// <summary>
/// Times in SQLite's own language. As text they compare only in one shape, that of <see cref="UtcText"/>; other programs write them with
/// and
/// without fractions, "T" and zone.
/// </summary>
internal static class UtcSql
{
    /// <summary>The shape that sorts, as SQLite's GLOB has it.</summary>
    public const string Shape = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]";

    private const string Day = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";

    /// <summary>Whether a column has a time in the shape that sorts. SQLite would take 30 February for a day in March.</summary>
    public static string IsUsual(string column) => $"({column} GLOB '{Shape}' AND date({column}, '+0 days') IS substr({column}, 1, 10))";

    /// <summary>
    /// Whether a column has a time by ISO 8601 in another shape than the usual one and that of CURRENT_TIMESTAMP, which sorts beside it but
    /// within a second.
    /// </summary>
    public static string IsOdd(string column) =>
        $"({column} GLOB '????-??-??[T ]*' AND (substr({column}, 11, 1) = 'T' OR length({column}) NOT IN (19, 23)))";

    /// <summary>Such a time in the usual shape; NULL where SQLite can't read it.</summary>
    public static string Fit(string column) => $"strftime('%Y-%m-%d %H:%M:%f', {column})";

    /// <summary>A column's time in the shape that sorts; NULL where it is none by ISO 8601.</summary>
    public static string Read(string column) =>
        $"""
            (SELECT CASE WHEN date(substr(given, 1, 10), '+0 days') IS substr(given, 1, 10) AND given GLOB '{Day}*' THEN strftime('%Y-%m-%d %H:%M:%f', CASE
                WHEN substr(given, 11) GLOB '*[+-][0-9][0-9][0-9][0-9]' THEN substr(given, 1, length(given) - 2) || ':' || substr(given, -2)
                WHEN substr(given, 11) GLOB '*[+-][0-9][0-9]' THEN given || ':00'
                ELSE given END) END
            FROM (SELECT replace(upper(trim(CAST({column} AS TEXT))), ',', '.') AS given))
            """;
}

namespace Sanctum.Configurator.Registry.Model;

/// <summary>
/// UUIDs in SQLite's own language. There they are text, so that one in capitals, in braces, without its dashes or as sixteen bytes is
/// another
/// value than the same in the usual shape, which PostgreSQL gives all of them.
/// </summary>
internal static class UuidSql
{
    /// <summary>Whether a column has something in another than the usual shape: small letters, with four dashes.</summary>
    public static string IsOdd(string column) =>
        $"({column} IS NOT NULL AND (typeof({column}) <> 'text' OR {column} NOT GLOB '????????-????-????-????-????????????' OR length(replace({column}, '-', '')) <> 32 OR {column} GLOB '*[^0-9a-f-]*'))";

    /// <summary>Whether that is no UUID at all.</summary>
    public static string IsNone(string column) =>
        $"({column} IS NOT NULL AND (length({Digits(column)}) <> 32 OR {Digits(column)} GLOB '*[^0-9a-f]*'))";

    /// <summary>The usual shape; what is no UUID stays as it is.</summary>
    public static string Fit(string column) =>
        $"CASE WHEN {IsOdd(column)} AND NOT {IsNone(column)} THEN (SELECT substr(d, 1, 8) || '-' || substr(d, 9, 4) || '-' || substr(d, 13, 4) || '-' || substr(d, 17, 4) || '-' || substr(d, 21) FROM (SELECT {Digits(column)} AS d)) ELSE {column} END";

    private static string Digits(string column) =>
        $"lower(replace(trim(CASE typeof({column}) WHEN 'blob' THEN hex({column}) ELSE {column} END, '{{}}() '), '-', ''))";
}

using Sanctum.Configurator.Features.RestApi.Catalog;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Which rows somebody may see.</summary>
internal interface IRowAccess
{
    /// <exception cref="Parsing.RestFault">None of them.</exception>
    void Require(RestTable table);

    /// <returns>Rows for one reason or another; null for all rows.</returns>
    IReadOnlyList<RowsOf>? Readable(RestTable table, string alias, SqlText sql);

    /// <returns>A condition; null for all rows.</returns>
    string? Writable(RestTable table, string alias, SqlText sql);
}

/// <summary>Rows that may be seen for one reason.</summary>
/// <param name="AreOwners">They are the caller's, by the column that says whose.</param>
internal readonly record struct RowsOf(string Condition, bool AreOwners = false)
{
    public static string Any(IEnumerable<RowsOf> reasons) => $"({string.Join(" OR ", reasons.Select(reason => reason.Condition))})";
}

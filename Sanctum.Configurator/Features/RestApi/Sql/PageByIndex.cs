using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>
/// Lets SQLite read a page of what may be seen for one reason or another by its indexes: with an OR in its condition it reads, formats and
/// sorts every row. The first rows of each reason are looked up, and of these the page is made.
/// </summary>
internal static class PageByIndex
{
    /// <param name="filters">Conditions that go for all rows.</param>
    /// <param name="order">What <paramref name="terms"/> are in SQL.</param>
    /// <param name="most">Rows up to the end of the page.</param>
    /// <returns>A condition.</returns>
    public static string Of(
        RestTable table,
        string alias,
        IReadOnlyList<string> filters,
        IReadOnlyList<RowsOf> reasons,
        IReadOnlyList<OrderTerm> terms,
        string order,
        long most
    )
    {
        if (reasons.Count == 1 && terms.Count == 0)
        {
            return string.Join(" AND ", filters.Append(reasons[0].Condition)); // As they were added, which the owner's index is in the order of.
        }

        var flags = terms is [{ Embed: null, Field: { Path.Count: 0 } field }] ? table.FlagsBefore.GetValueOrDefault(field.Column) : null;
        var parts = reasons.SelectMany(reason =>
            reason.AreOwners && flags is not null ? PartsOf(alias, reason.Condition, flags) : [(reason.Condition, IsSorted: true)]
        );
        var limit = most.ToString(CultureInfo.InvariantCulture);
        var rows = parts.Select(part =>
        {
            var from =
                $"SELECT {alias}.rowid FROM {SqlDialect.Quote(table.Name)} AS {alias} WHERE {string.Join(" AND ", filters.Prepend(part.Condition))}";
            return part.IsSorted ? $"SELECT rowid FROM ({from} ORDER BY {order} LIMIT {limit})" : from;
        });
        return $"{alias}.rowid IN ({string.Join(" UNION ALL ", rows)})";
    }

    /// <summary>
    /// An index of owner, flags and time sorts by time for each value of the flags. Other programs may have stored other values than 0 and 1;
    /// there are next to none of these, so nothing is sorted there.
    /// </summary>
    private static IEnumerable<(string Condition, bool IsSorted)> PartsOf(string alias, string owner, IReadOnlyList<string> flags)
    {
        List<string> heads = [owner];
        foreach (var flag in flags.Select(name => $"{alias}.{SqlDialect.Quote(name)}"))
        {
            foreach (var head in heads)
            {
                yield return ($"{head} AND {flag} < 0", false);
                yield return ($"{head} AND {flag} > 0 AND {flag} < 1", false);
                yield return ($"{head} AND {flag} > 1", false);
            }

            heads = [.. heads.SelectMany(head => new[] { $"{head} AND {flag} = 0", $"{head} AND {flag} = 1" })];
        }

        foreach (var head in heads)
        {
            yield return (head, true);
        }
    }
}

using Sanctum.Configurator.Features.RestApi.Catalog;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>What happens to a row whose key is there already.</summary>
/// <param name="Target">The key.</param>
/// <param name="Merges">It is changed; otherwise it stays.</param>
internal sealed record OnConflict(IReadOnlyList<string> Target, bool Merges);

/// <summary>Statements that write.</summary>
internal static class WriteSql
{
    private const int MostParameters = 30_000;
    private const int MostRows = 250;

    /// <summary>States of a message that the console is making.</summary>
    public const string Unfinished = "'waiting', 'streaming'";

    /// <summary>Statements that add rows and return their ids; rows of one statement have the same columns.</summary>
    public static IEnumerable<(string Sql, SqlText Values)> Insert(
        RestTable table,
        IReadOnlyList<Dictionary<string, object?>> rows,
        OnConflict? conflict,
        IRowAccess access,
        SqlDialect dialect
    )
    {
        foreach (var group in rows.GroupBy(row => string.Join(',', row.Keys.Order(StringComparer.Ordinal))))
        {
            var columns = group.Key.Split(',');
            foreach (var chunk in group.Chunk(Math.Min(MostRows, MostParameters / columns.Length)))
            {
                var sql = new SqlText(dialect);
                var values = chunk.Select(row => $"({string.Join(", ", columns.Select(column => sql.Add(row[column])))})");
                yield return (
                    $"INSERT INTO {SqlDialect.Quote(table.Name)} AS r ({string.Join(", ", columns.Select(SqlDialect.Quote))}) VALUES {string.Join(", ", values)}{Conflict(table, columns, conflict, access, sql)} RETURNING id",
                    sql
                );
            }
        }
    }

    /// <param name="more">Further assignments.</param>
    public static string Update(
        RestTable table,
        IReadOnlyDictionary<string, object?> values,
        IEnumerable<string> more,
        IReadOnlyList<Guid> ids,
        SqlText sql
    )
    {
        var set = values.Select(value => $"{SqlDialect.Quote(value.Key)} = {sql.Add(value.Value)}").Concat(more);
        if (table.Has("version"))
        {
            set = set.Append("version = version + 1");
        }

        return $"UPDATE {SqlDialect.Quote(table.Name)} SET {string.Join(", ", set)} WHERE id IN ({Ids(ids, sql)})";
    }

    public static string Ids(IEnumerable<Guid> ids, SqlText sql) => string.Join(", ", ids.Select(id => sql.Add(id)).DefaultIfEmpty("NULL"));

    private static string Conflict(RestTable table, string[] columns, OnConflict? conflict, IRowAccess access, SqlText sql)
    {
        if (conflict is null)
        {
            return "";
        }

        var changed = columns
            .Where(column => table.Find(column)?.Writing is null or RestWriting.Always && column != "created_at")
            .Select(column => $"{SqlDialect.Quote(column)} = excluded.{SqlDialect.Quote(column)}")
            .ToList();
        var target = string.Join(", ", conflict.Target.Select(SqlDialect.Quote));
        if (!conflict.Merges)
        {
            return $" ON CONFLICT ({target}) DO NOTHING";
        }

        if (table.Has("version"))
        {
            changed.Add("version = r.version + 1");
        }

        if (changed.Count == 0)
        {
            changed.Add("id = r.id");
        }

        // What can be set only once has to be what it was.
        var same = columns
            .Where(column =>
                table.Find(column)?.Writing == RestWriting.Once && column != RestTable.Key && !conflict.Target.Contains(column)
            )
            .Select(column => $"r.{SqlDialect.Quote(column)} IS NOT DISTINCT FROM excluded.{SqlDialect.Quote(column)}")
            .Concat(table.Has("state") ? [$"r.state NOT IN ({Unfinished})"] : []);
        return $" ON CONFLICT ({target}) DO UPDATE SET {string.Join(", ", changed)} WHERE {string.Join(" AND ", same.Prepend(access.Writable(table, "r", sql)!))}";
    }
}

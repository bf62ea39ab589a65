using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>Rows whose key may be there already.</summary>
internal static class Upserts
{
    public static OnConflict? ConflictOf(RestCall call)
    {
        if (!call.PreferHeader.Merges && !call.PreferHeader.Ignores)
        {
            return null;
        }

        var target = call.Query.OnConflict ?? [RestTable.Key];
        foreach (var name in target.Where(name => !call.Table.Has(name)))
        {
            throw FilterSql.Unknown(call.Table, name);
        }

        return call.Table.Uniques.Any(unique => unique.ToHashSet().SetEquals(target))
            ? new(target, call.PreferHeader.Merges)
            : throw new RestFault(
                StatusCodes.Status400BadRequest,
                "42P10",
                "there is no unique or exclusion constraint matching the ON CONFLICT specification",
                null,
                $"Unique in {call.Table.Resource}: {string.Join("; ", call.Table.Uniques.Select(unique => string.Join(", ", unique)))}."
            );
    }

    /// <summary>Rows of the same keys that are there already.</summary>
    public static async Task<List<Guid>> ExistingAsync(
        RestStore store,
        RestTable table,
        OnConflict conflict,
        List<Dictionary<string, object?>> rows,
        CancellationToken cancel
    )
    {
        var keys = rows.Select(row => string.Join('\n', conflict.Target.Select(column => row.GetValueOrDefault(column)))).ToList();
        if (conflict.Merges && keys.Distinct().Count() < keys.Count)
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "21000",
                "ON CONFLICT DO UPDATE command cannot affect row a second time",
                null,
                "Ensure that no rows proposed for insertion within the same command have duplicate constrained values."
            );
        }

        var values = store.NewValues();
        var column = conflict.Target[0];
        var given = rows.Select(row => row.GetValueOrDefault(column)).Where(value => value is not null).Select(values.Add).Distinct();
        return await store.IdsAsync(
            $"SELECT id FROM {SqlDialect.Quote(table.Name)} WHERE {SqlDialect.Quote(column)} IN ({string.Join(", ", given.DefaultIfEmpty("NULL"))})",
            values,
            cancel
        );
    }

    public static RestFault NotMerged(RestTable table) =>
        new(
            StatusCodes.Status403Forbidden,
            "42501",
            $"new row violates row-level security policy (USING expression) for table \"{table.Resource}\"",
            "A row with the same key is somebody else's, is being made, or has another value in a column that can only be set when a row is added.",
            "Leave these columns out, or use another key."
        );
}

using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.History;

/// <summary>Which changes are wanted; null for all.</summary>
/// <param name="From">Of this moment or later.</param>
/// <param name="To">Before this moment.</param>
/// <param name="Actor">Who did it, by the whole name.</param>
/// <param name="Search">A part of a name, a place, a reason or a value.</param>
public sealed record ChangeFilter(
    string? Table = null,
    string? Row = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    string? Actor = null,
    string? Act = null,
    string? Search = null
)
{
    internal IQueryable<ChangeRecord> Over(RegistryDbContext registry)
    {
        var (table, row, actor, act, from, to) = (Table, Row, Actor, Act, From?.ToUniversalTime(), To?.ToUniversalTime());
        var rows = registry
            .Changes.AsNoTracking()
            .Where(r => table == null || r.TableName == table)
            .Where(r => row == null || r.RowId == row)
            .Where(r => actor == null || r.Actor == actor)
            .Where(r => act == null || r.Act == act)
            .Where(r => from == null || r.ChangedAt >= from)
            .Where(r => to == null || r.ChangedAt < to);
        if (Search?.Trim().ToUpperInvariant() is not { Length: > 0 } words)
        {
            return rows;
        }

        // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
        return rows.Where(r =>
            r.Actor.ToUpper().Contains(words)
            || r.Place.ToUpper().Contains(words)
            || r.TableName.ToUpper().Contains(words)
            || (r.Before ?? "").ToUpper().Contains(words)
            || (r.After ?? "").ToUpper().Contains(words)
            || (r.Reason ?? "").ToUpper().Contains(words)
        );
#pragma warning restore CA1304, CA1311, CA1862
    }
}

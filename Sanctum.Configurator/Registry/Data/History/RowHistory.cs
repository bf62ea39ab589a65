using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>One recorded change of a row.</summary>
public sealed record RowHistoryEntry(
    long Id,
    DateTimeOffset ChangedAt,
    string Actor,
    string Place,
    string Act,
    string? Reason,
    IReadOnlyList<ColumnChange> Changes
);

/// <summary>What was done with one row, for the page of what it is.</summary>
public static class RowHistory
{
    /// <summary>The newest first.</summary>
    /// <param name="isApart">What changed inside a column's JSON is told apart.</param>
    public static async Task<PageOf<RowHistoryEntry>> PageAsync(
        RegistryDbContext registry,
        string table,
        int id,
        bool isApart,
        PageRequest page,
        CancellationToken cancel
    )
    {
        var row = $"{id}";
        var changes = registry.Changes.AsNoTracking().Where(c => c.TableName == table && c.RowId == row);
        var total = await changes.CountAsync(cancel);
        var records = await changes.OrderByDescending(c => c.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new(
            [.. records.Select(c => new RowHistoryEntry(c.Id, c.ChangedAt, c.Actor, c.Place, c.Act, c.Reason, [.. Columns(c, isApart)]))],
            total
        );
    }

    private static IEnumerable<ColumnChange> Columns(ChangeRecord change, bool isApart)
    {
        var columns = RowDifference.Between(change.Before, change.After);
        return isApart ? columns.SelectMany(RowDifference.Apart) : columns;
    }
}

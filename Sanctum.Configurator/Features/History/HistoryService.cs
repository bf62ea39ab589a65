using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.History;

/// <summary>One recorded change of any row.</summary>
/// <param name="IsSealed">It has its place in the chain; a change by another program gets it within a second.</param>
public sealed record ChangeRow(
    long Id, DateTimeOffset ChangedAt, string Actor, string Place, string Act, string TableName, string RowId, string? Reason, bool IsSealed,
    IReadOnlyList<ColumnChange> Changes);

/// <summary>Which changes are wanted; null for all.</summary>
public sealed record ChangeFilter(string? Table = null, string? Row = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>Reads the change history of the whole registry.</summary>
public sealed class HistoryService(IDbContextFactory<RegistryDbContext> registries)
{
    /// <summary>Newest first. The search finds actors, places and values.</summary>
    public async Task<PageOf<ChangeRow>> ListAsync(ChangeFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (from, to) = (filter.From?.ToUniversalTime(), filter.To?.ToUniversalTime());
        var rows = registry.Changes.AsNoTracking()
            .Where(r => filter.Table == null || r.TableName == filter.Table)
            .Where(r => filter.Row == null || r.RowId == filter.Row)
            .Where(r => from == null || r.ChangedAt >= from)
            .Where(r => to == null || r.ChangedAt < to);
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            rows = rows.Where(r => r.Actor.ToUpper().Contains(words) || r.Place.ToUpper().Contains(words) || r.TableName.ToUpper().Contains(words)
                || (r.Before ?? "").ToUpper().Contains(words) || (r.After ?? "").ToUpper().Contains(words) || (r.Reason ?? "").ToUpper().Contains(words));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var total = await rows.CountAsync(cancel);
        var records = await rows.OrderByDescending(r => r.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new([.. records.Select(RowOf)], total);
    }

    /// <summary>The tables that have a history, in the order of their names.</summary>
    public async Task<IReadOnlyList<string>> TablesAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Changes.Select(r => r.TableName).Distinct().Order().ToListAsync(cancel);
    }

    private static ChangeRow RowOf(ChangeRecord record) => new(
        record.Id, record.ChangedAt, record.Actor, record.Place, record.Act, record.TableName, record.RowId, record.Reason, record.ChainNumber is not null,
        RowDifference.Between(record.Before, record.After));
}

using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.History;

/// <summary>A change on its way back, and the row that it was about.</summary>
internal sealed class Undoing(RegistryDbContext registry, ChangeRecord record, CancellationToken cancel)
{
    public RegistryDbContext Registry => registry;

    public ChangeRecord Record => record;

    public CancellationToken Cancel => cancel;

    public IEntityType Table { get; } = registry.Model.GetEntityTypes().Single(entity => entity.GetTableName() == record.TableName);

    public IProperty Key => Table.FindPrimaryKey()!.Properties[0];

    public int RowId { get; } = int.Parse(record.RowId, CultureInfo.InvariantCulture);

    public string Name => $"{record.TableName} {record.RowId}";

    public IReadOnlyList<ColumnChange> Difference { get; } = RowDifference.Between(record.Before, record.After);

    /// <summary>The changed columns that the table still has.</summary>
    public IEnumerable<(IProperty Property, ColumnChange Column)> Columns() =>
        from column in Difference
        from property in Table.GetProperties()
        where property.GetColumnName() == column.Column && property.IsInHistory()
        select (property, column);

    /// <summary>The changes of the same row that came after one.</summary>
    public IQueryable<ChangeRecord> Later(long id) =>
        registry.Changes.AsNoTracking().Where(r => r.TableName == record.TableName && r.RowId == record.RowId && r.Id > id);

    public async Task<EntityEntry?> RowAsync() =>
        await registry.FindAsync(Table.ClrType, [RowId], cancel) is { } row ? registry.Entry(row) : null;

    public UndoPlan PlanOf(string act, IReadOnlyList<ColumnChange> changes) => new(record.Id, act, record.TableName, record.RowId, changes);
}

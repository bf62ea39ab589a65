using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>
/// A recorded change on its way back, and the row that it was about. Whoever owns the row asks here what the change did and whether it
/// still stands, and writes the way back by its own rules, as a new change.
/// </summary>
public sealed class Reversal
{
    public const string SecretsAreNotKept = "Former values of secrets are not kept.";

    private readonly IQueryable<ChangeRecord> _changes;

    private Reversal(RegistryDbContext registry, ChangeRecord record)
    {
        (Registry, Record) = (registry, record);
        _changes = registry.Changes.AsNoTracking().Where(r => r.TableName == record.TableName && r.RowId == record.RowId);
        Difference = RowDifference.Between(record.Before, record.After);
    }

    public RegistryDbContext Registry { get; }

    public ChangeRecord Record { get; }

    /// <summary>From what to what it changed the columns.</summary>
    public IReadOnlyList<ColumnChange> Difference { get; }

    /// <summary>It changed a row, where others only say that somebody did something.</summary>
    public bool IsOfRow => Record.Act is "insert" or "update" or "delete";

    public string Name => $"{Record.TableName} {Record.RowId}";

    /// <summary>The key of the row, which is a number or, in the tables of conversations, a UUID.</summary>
    public object RowId => Key.ClrType == typeof(Guid) ? Guid.Parse(Record.RowId) : int.Parse(Record.RowId, CultureInfo.InvariantCulture);

    /// <summary>What the history says of the new change.</summary>
    public string Reason => string.Create(CultureInfo.InvariantCulture, $"undid change {Record.Id}");

    public IEntityType Table => Registry.Model.GetEntityTypes().Single(entity => entity.GetTableName() == Record.TableName);

    public IProperty Key => Table.FindPrimaryKey()!.Properties[0];

    /// <summary>The changed columns that the table still has.</summary>
    public IEnumerable<(IProperty Property, ColumnChange Column)> Columns =>
        from column in Difference
        from property in Table.GetProperties()
        where property.GetColumnName() == column.Column && property.IsInHistory()
        select (property, column);

    /// <summary>The first changed column whose former value was not kept.</summary>
    public IProperty? Secret =>
        Columns.Select(pair => pair.Property).FirstOrDefault(property => property.IsSecret() || property.SecretFlag() is not null);

    /// <returns>Null where there is no such change.</returns>
    public static async Task<Reversal?> FindAsync(RegistryDbContext registry, long change, CancellationToken cancel) =>
        await registry.Changes.AsNoTracking().SingleOrDefaultAsync(r => r.Id == change, cancel) is { } record
            ? new(registry, record)
            : null;

    /// <summary>The changes of the same row that came later.</summary>
    public IQueryable<ChangeRecord> Later => _changes.Where(r => r.Id > Record.Id);

    /// <summary>How many changes of the same row there are.</summary>
    public Task<int> CountAsync(CancellationToken cancel) => _changes.CountAsync(cancel);

    public async Task<EntityEntry?> RowAsync(CancellationToken cancel) =>
        await Registry.FindAsync(Table.ClrType, [RowId], cancel) is { } row ? Registry.Entry(row) : null;
}

using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>Turns what a unit of work is about to save into records, and links records into the chain.</summary>
internal static class ChangeRecorder
{
    /// <summary>How a secret that is there appears in the history.</summary>
    public const string SecretSet = "set";

    /// <summary>How a secret that took another's place appears.</summary>
    public const string SecretChanged = "changed";

    /// <summary>The changes worth recording; raises the versions of the rows they change.</summary>
    public static IReadOnlyList<PendingChange> Collect(RegistryDbContext registry, DateTimeOffset now)
    {
        registry.ChangeTracker.DetectChanges();
        var changes = new List<PendingChange>();
        foreach (var entry in registry.ChangeTracker.Entries().Where(e => e.Metadata.KeepsHistory()))
        {
            var act = entry.State switch
            {
                EntityState.Added => "insert",
                EntityState.Modified => "update",
                EntityState.Deleted => "delete",
                _ => null,
            };
            if (act is null || Compare(entry) is not { } difference)
            {
                continue;
            }

            if (entry is { State: EntityState.Modified, Entity: IVersioned row })
            {
                row.Version = (int)entry.Property(nameof(IVersioned.Version)).OriginalValue! + 1;
                row.UpdatedAt = now;
            }

            changes.Add(new(entry, act, difference.Before, difference.After));
        }

        return changes;
    }

    /// <summary>Appends the records to the chain, after sealing what other programs changed before them.</summary>
    public static async Task AppendAsync(RegistryDbContext registry, IReadOnlyList<ChangeRecord> records, CancellationToken cancel)
    {
        registry.Changes.AddRange(records);
        await registry.SaveWithoutHistoryAsync(cancel);
        await SealAsync(registry, cancel);
    }

    /// <summary>Links every record that has no place in the chain yet to its end.</summary>
    /// <returns>The number of records that were sealed.</returns>
    public static async Task<int> SealAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var own = registry.ChangeTracker.Entries<ChangeRecord>().Select(e => e.Entity.Id).ToList();
        var waiting = await registry
            .Changes.Where(r => r.ChainNumber == null && r.Hash == null && (r.Actor == Actor.OutsideName || own.Contains(r.Id)))
            .OrderBy(r => r.Id)
            .ToListAsync(cancel);
        if (waiting.Count == 0)
        {
            return 0;
        }

        // Of an earlier save of this context; others have written since.
        foreach (var stale in registry.ChangeTracker.Entries<ChangeChainHead>().ToList())
        {
            stale.State = EntityState.Detached;
        }

        var head = await registry.Set<ChangeChainHead>().SingleAsync(cancel);
        foreach (var record in waiting)
        {
            record.Seal(head.Length + 1, head.Hash);
            (head.Length, head.Hash) = (record.ChainNumber!.Value, record.Hash!);
        }

        await registry.SaveWithoutHistoryAsync(cancel);
        return waiting.Count;
    }

    private static (string? Before, string? After)? Compare(EntityEntry entry)
    {
        var before = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        var after = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var property in entry.Properties.Where(p => p.Metadata.IsInHistory()))
        {
            var column = property.Metadata.GetColumnName();
            var (old, current) = (Stored(property.Metadata, property.OriginalValue), Stored(property.Metadata, property.CurrentValue));
            var isChanged = entry.State != EntityState.Modified || !Equals(old, current);
            if (isChanged && entry.State != EntityState.Added)
            {
                before[column] = IsSecret(entry.OriginalValues, property.Metadata) ? Mask(old) : old;
            }

            if (isChanged && entry.State != EntityState.Deleted)
            {
                after[column] =
                    !IsSecret(entry.CurrentValues, property.Metadata) ? current
                    : Mask(old) is not null && Mask(current) is not null && entry.State == EntityState.Modified ? SecretChanged
                    : Mask(current);
            }
        }

        return entry.State == EntityState.Modified && after.Count == 0
            ? null
            : (ToJson(before, entry.State == EntityState.Added), ToJson(after, entry.State == EntityState.Deleted));
    }

    /// <summary>Whether a column is a secret in a row with these values.</summary>
    internal static bool IsSecret(PropertyValues row, IReadOnlyProperty property) =>
        property.IsSecret() || (property.SecretFlag() is { } flag && row[flag.Name] is true);

    private static string? Mask(object? secret) => secret is null or "" ? null : SecretSet;

    private static string? ToJson(SortedDictionary<string, object?> values, bool isAbsent) => isAbsent ? null : RowDifference.Write(values);

    /// <summary>The value in the database's own words, which both databases and other programs share.</summary>
    private static object? Stored(IProperty property, object? value) =>
        value switch
        {
            null => null,
            DateTimeOffset time => UtcText.Of(time),
            _ => property.GetTypeMapping().Converter?.ConvertToProvider(value) ?? value,
        };
}

/// <summary>A change that is about to be saved. Its row's id may be known only afterwards.</summary>
internal sealed record PendingChange(EntityEntry Entry, string Act, string? Before, string? After)
{
    public ChangeRecord ToRecord(RegistryDbContext registry) =>
        registry.NewRecord(
            Act,
            Entry.Metadata.GetTableName()!,
            string.Join(
                '/',
                Entry
                    .Metadata.FindPrimaryKey()!
                    .Properties.Select(p => Convert.ToString(Entry.Property(p).CurrentValue, CultureInfo.InvariantCulture))
            ),
            Before,
            After
        );
}

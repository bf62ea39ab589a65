using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Lets rows exchange values that must be unique, such as two names that changed places: rows are written one after the other, and there
/// is no order in which each finds its value free.
/// </summary>
internal static class UniqueValues
{
    /// <summary>
    /// Puts a value that nobody has into each row whose unique text is about to change, inside the caller's transaction. What is staged is
    /// then written over it.
    /// </summary>
    public static async Task FreeAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        foreach (var row in registry.ChangeTracker.Entries().Where(entry => entry.State == EntityState.Modified).ToList())
        {
            foreach (
                var column in row
                    .Metadata.GetIndexes()
                    .Where(index => index.IsUnique && index.Properties.Any(p => row.Property(p).IsModified))
                    .Select(TextOf)
                    .OfType<IProperty>()
                    .Distinct()
            )
            {
                await FreeAsync(registry, row, column, cancel);
            }
        }
    }

    /// <summary>A column of the index that takes any text; null for none.</summary>
    private static IProperty? TextOf(IIndex index) =>
        index.Properties.FirstOrDefault(p => !p.IsForeignKey() && p.ClrType == typeof(string));

    private static async Task FreeAsync(RegistryDbContext registry, EntityEntry row, IProperty column, CancellationToken cancel)
    {
        var names = registry.GetService<ISqlGenerationHelper>();
        var key = row.Metadata.FindPrimaryKey()!.Properties;
        var free = $"~{Guid.NewGuid():N}";
        free = free[..Math.Min(free.Length, column.GetMaxLength() ?? free.Length)];
        var sql =
            $"UPDATE {names.DelimitIdentifier(row.Metadata.GetTableName()!)} SET {names.DelimitIdentifier(column.GetColumnName())} = {{0}} WHERE "
            + string.Join(" AND ", key.Select((property, at) => $"{names.DelimitIdentifier(property.GetColumnName())} = {{{at + 1}}}"));
        await registry.Database.ExecuteSqlRawAsync(sql, [free, .. key.Select(property => row.Property(property).CurrentValue!)], cancel);
        row.Property(column).OriginalValue = free;
    }
}

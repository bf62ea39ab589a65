using System.Reflection;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Compares the registry with a copy of it from earlier, row by row, and stages what makes it equal. What is staged is saved as any other
/// change is: in one transaction, recorded in the history, on whichever database.
/// </summary>
internal sealed class RegistryDifference(RegistryDbContext now, RegistryDbContext then)
{
    private static readonly MethodInfo OfTable = typeof(RegistryDifference).GetMethod(
        nameof(StageAsync),
        BindingFlags.NonPublic | BindingFlags.Instance
    )!;

    private static readonly string[] Labels = ["Name", "UserName", "Title", "Key"];

    /// <summary>
    /// The tables that can be restored: all that were set by somebody, but neither sessions nor the list of backups itself.
    /// </summary>
    public static IEnumerable<IEntityType> TablesOf(RegistryDbContext registry) =>
        registry
            .Model.GetEntityTypes()
            .Where(entity => entity.KeepsHistory() && entity.ClrType != typeof(Backup) && entity.ClrType != typeof(UserSession))
            .OrderBy(entity => entity.GetTableName(), StringComparer.Ordinal);

    /// <summary>Secrets of the copy that were sealed with keys that are not there.</summary>
    public async Task<int> CountUnreadableAsync(KeyRing keys, CancellationToken cancel)
    {
        var count = 0;
        foreach (var entity in TablesOf(then))
        {
            var texts = entity.GetProperties().Where(p => p.ClrType == typeof(string)).ToList();
            foreach (var row in await RowsAsync(then, entity, cancel))
            {
                var entry = then.Entry(row);
                count += texts.Count(p =>
                    entry.Property(p.Name).CurrentValue is string stored && SecretBox.IsSealed(stored) && !keys.HasKeyOf(stored)
                );
            }
        }

        return count;
    }

    /// <summary>
    /// Stages in the registry's context all that makes these tables equal to the copy's; whoever calls saves or forgets it.
    /// </summary>
    /// <param name="chosen">Which of the rows.</param>
    public async Task<IReadOnlyList<TablePlan>> StageAsync(ChosenRows chosen, CancellationToken cancel)
    {
        var plans = new List<TablePlan>();
        foreach (var entity in TablesOf(now).Where(chosen.MayHoldSome))
        {
            plans.Add(await (Task<TablePlan>)OfTable.MakeGenericMethod(entity.ClrType).Invoke(this, [entity, chosen, cancel])!);
        }

        return plans;
    }

    private static async Task<IReadOnlyList<object>> RowsAsync(RegistryDbContext registry, IEntityType entity, CancellationToken cancel) =>
        await (Task<IReadOnlyList<object>>)
            typeof(RegistryDifference)
                .GetMethod(nameof(ReadAsync), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(entity.ClrType)
                .Invoke(null, [registry, cancel])!;

    private static async Task<IReadOnlyList<object>> ReadAsync<T>(RegistryDbContext registry, CancellationToken cancel)
        where T : class => await registry.Set<T>().AsNoTracking().ToListAsync(cancel);

    private async Task<TablePlan> StageAsync<T>(IEntityType entity, ChosenRows chosen, CancellationToken cancel)
        where T : class
    {
        var present = (await now.Set<T>().ToListAsync(cancel)).ToDictionary(row => KeyOf(now, row));
        var past = (await then.Set<T>().AsNoTracking().ToListAsync(cancel)).ToDictionary(row => KeyOf(then, row));
        var rows = new List<RowPlan>();
        foreach (var (key, row) in present.Where(pair => !past.ContainsKey(pair.Key) && chosen.Holds(now.Entry(pair.Value), pair.Key)))
        {
            rows.Add(new("delete", key, LabelOf(now, row), []));
            now.Remove(row);
        }

        foreach (var (key, row) in past.Where(pair => chosen.Holds(then.Entry(pair.Value), pair.Key)))
        {
            if (!present.TryGetValue(key, out var current))
            {
                rows.Add(new("insert", key, LabelOf(then, row), []));
                now.Add(row);
            }
            else
            {
                var label = LabelOf(now, current);
                if (TakeOver(entity, current, row) is { Count: > 0 } changes)
                {
                    rows.Add(new("update", key, label, changes));
                }
            }
        }

        int Count(string act) => rows.Count(row => row.Act == act);
        return new(entity.GetTableName()!, Count("insert"), Count("update"), Count("delete"), [.. rows.Take(TablePlan.MostRows)]);
    }

    /// <summary>Takes over what differs, but for the version, which goes on, so that open forms learn of it.</summary>
    private List<ColumnPlan> TakeOver(IEntityType entity, object current, object row)
    {
        var changes = new List<ColumnPlan>();
        var (to, from) = (now.Entry(current), then.Entry(row));
        foreach (var property in entity.GetProperties().Where(p => p.IsInHistory()))
        {
            var (before, after) = (to.Property(property.Name).CurrentValue, from.Property(property.Name).CurrentValue);
            if (!Equals(before, after))
            {
                changes.Add(
                    new(property.GetColumnName(), TextOf(property, before, to.OriginalValues), TextOf(property, after, from.CurrentValues))
                );
                to.Property(property.Name).CurrentValue = after;
            }
        }

        return changes;
    }

    private static string KeyOf(RegistryDbContext registry, object row)
    {
        var entry = registry.Entry(row);
        return string.Join(
            '/',
            entry
                .Metadata.FindPrimaryKey()!
                .Properties.Select(p => Convert.ToString(entry.Property(p).CurrentValue, CultureInfo.InvariantCulture))
        );
    }

    private static string? LabelOf(RegistryDbContext registry, object row)
    {
        var entry = registry.Entry(row);
        return Labels.Select(entry.Metadata.FindProperty).FirstOrDefault(p => p is not null) is { } label
            ? entry.Property(label).CurrentValue as string
            : null;
    }

    private static string? TextOf(IProperty property, object? value, PropertyValues row) =>
        value switch
        {
            null or "" => null,
            _ when ChangeRecorder.IsSecret(row, property) => ChangeRecorder.SecretSet,
            bool isOn => isOn ? "true" : "false",
            _ => Convert.ToString(property.GetTypeMapping().Converter?.ConvertToProvider(value) ?? value, CultureInfo.InvariantCulture),
        };
}

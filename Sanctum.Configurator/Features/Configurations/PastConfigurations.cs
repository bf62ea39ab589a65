using System.Linq.Expressions;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>The configurations as they were: those of now, walked back over every later change of the history.</summary>
internal static class PastConfigurations
{
    /// <param name="at">After every change that was made at this moment or before.</param>
    public static Task<ConfigurationSnapshot> ReadAsync(RegistryDbContext registry, DateTimeOffset at, CancellationToken cancel)
    {
        var moment = at.ToUniversalTime();
        return ReadAsync(registry, record => record.ChangedAt > moment, cancel);
    }

    /// <param name="before">The id of the first change that is taken back.</param>
    public static Task<ConfigurationSnapshot> ReadAsync(RegistryDbContext registry, long before, CancellationToken cancel) =>
        ReadAsync(registry, record => record.Id >= before, cancel);

    private static async Task<ConfigurationSnapshot> ReadAsync(
        RegistryDbContext registry,
        Expression<Func<ChangeRecord, bool>> isTakenBack,
        CancellationToken cancel
    )
    {
        await using var reading = registry.Database.CurrentTransaction is null ? await registry.BeginReadingAsync(cancel) : null;
        var rows = (await registry.Configurations.AsNoTracking().ToListAsync(cancel)).ToDictionary(row => row.Id);
        var later = registry
            .Changes.AsNoTracking()
            .Where(r => r.TableName == "configurations")
            .Where(isTakenBack)
            .OrderByDescending(r => r.Id);
        await foreach (var record in later.AsAsyncEnumerable().WithCancellation(cancel))
        {
            TakeBack(rows, record);
        }

        return new(rows.Values.OrderBy(row => row.Id).Select(ConfigurationValue.Find).OfType<ConfigurationValue>());
    }

    private static void TakeBack(Dictionary<int, Configuration> rows, ChangeRecord record)
    {
        if (!int.TryParse(record.RowId, CultureInfo.InvariantCulture, out var id))
        {
            return;
        }

        if (record.Act == "insert")
        {
            rows.Remove(id);
        }
        else if (record.Act == "delete")
        {
            rows[id] = new() { Id = id, Key = "" };
        }

        if (record.Act is "update" or "delete" && rows.TryGetValue(id, out var row))
        {
            // Only the version tells one secret from the next.
            row.Version--;
            foreach (var change in RowDifference.Between(record.After, record.Before))
            {
                Put(row, change.Column, change.To);
            }
        }
    }

    private static void Put(Configuration row, string column, string? value)
    {
        switch (column)
        {
            case "key":
                row.Key = value ?? "";
                break;
            case "value":
                row.Value = value;
                break;
            case "type":
                row.Type = EnumText<ConfigurationType>.Find(value) ?? ConfigurationType.String;
                break;
            case "scope":
                row.Scope = value ?? "";
                break;
            case "scope_id":
                row.ScopeId = int.TryParse(value, CultureInfo.InvariantCulture, out var id) ? id : null;
                break;
            case "description":
                row.Description = value;
                break;
            case "is_encrypted":
                row.IsEncrypted = value is "true" or "1";
                break;
        }
    }
}

using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>The secrets of tool instances: encrypted configurations of the instance, each under "secret.NAME".</summary>
public sealed class InstanceSecrets(SecretBox secrets, TimeProvider clock)
{
    public const string Scope = "instance";

    /// <summary>The secrets that a configuration has placeholders for.</summary>
    /// <returns>With what is wrong, in a sentence, where one can't be had.</returns>
    internal async Task<(IReadOnlyDictionary<string, string> Values, string? Problem)> ReadAsync(
        RegistryDbContext registry,
        ToolInstance instance,
        JsonObject config,
        CancellationToken cancel
    )
    {
        var stored = await RowsAsync(registry, instance.Id, cancel);
        var values = new Dictionary<string, string>();
        foreach (var name in SecretPlaceholder.NamesIn(config))
        {
            var row = stored.LastOrDefault(c => c.Key == SecretPlaceholder.KeyOf(name));
            try
            {
                if (row is null || secrets.Open(row.Value, SecretAdoption.PlaceOf(row)) is not { Length: > 0 } value)
                {
                    return (values, $"The secret {name} of {instance.Name} is not set. Set it in the instance's configuration.");
                }

                values[name] = value;
            }
            catch (SecretUnreadableException e)
            {
                return (values, e.Message);
            }
        }

        return (values, null);
    }

    /// <summary>Stores secrets of an instance that has its id. A null makes room for one that is still to be set.</summary>
    internal async Task WriteAsync(
        RegistryDbContext registry,
        ToolInstance instance,
        IReadOnlyDictionary<string, string?> values,
        CancellationToken cancel
    )
    {
        var stored = values.Count == 0 ? [] : await RowsAsync(registry, instance.Id, cancel);
        foreach (var (name, value) in values)
        {
            var row = stored.LastOrDefault(c => c.Key == SecretPlaceholder.KeyOf(name));
            if (row is null)
            {
                var now = clock.GetUtcNow();
                row = new()
                {
                    Key = SecretPlaceholder.KeyOf(name),
                    Scope = Scope,
                    ScopeId = instance.Id,
                    IsEncrypted = true,
                    Description = $"Used in the requests of {instance.Name}.",
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                registry.Add(row);
                await registry.SaveChangesAsync(cancel);
            }

            // Bound to the row, which has its id only now.
            row.Value = value is null ? row.Value : secrets.Seal(value, SecretAdoption.PlaceOf(row));
            await registry.SaveChangesAsync(cancel);
        }
    }

    /// <summary>Deletes the secrets that a configuration no longer has a place for.</summary>
    internal static async Task ForgetOthersAsync(
        RegistryDbContext registry,
        ToolInstance instance,
        JsonObject config,
        CancellationToken cancel
    )
    {
        var kept = SecretPlaceholder.NamesIn(config).Select(SecretPlaceholder.KeyOf).ToHashSet();
        registry.RemoveRange(
            (await RowsAsync(registry, instance.Id, cancel)).Where(row =>
                row.IsEncrypted && SecretPlaceholder.IsKey(row.Key) && !kept.Contains(row.Key)
            )
        );
    }

    private static Task<List<Configuration>> RowsAsync(RegistryDbContext registry, int id, CancellationToken cancel) =>
        registry.Configurations.Where(c => c.Scope == Scope && c.ScopeId == id).OrderBy(c => c.Id).ToListAsync(cancel);
}

using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>The keys of a plugin's own configuration (<c>plugin_config</c>), which belong to it by its name.</summary>
public sealed class PluginKeys(IDbContextFactory<RegistryDbContext> registries, PluginWrites writes)
{
    /// <summary>As long as the columns are.</summary>
    private const int Longest = 100;

    public static readonly IReadOnlyList<string> Types = ["string", "number", "boolean", "json"];

    /// <summary>Null where there is no such plugin.</summary>
    public async Task<IReadOnlyList<PluginKeyRow>?> ListAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var name = await registry.Plugins.AsNoTracking().Where(p => p.Id == id).Select(p => p.Name).SingleOrDefaultAsync(cancel);
        return name is null
            ? null
            :
            [
                .. (
                    await registry
                        .PluginConfigs.AsNoTracking()
                        .Where(c => c.PluginName == name)
                        .OrderBy(c => c.ConfigKey)
                        .ToListAsync(cancel)
                ).Select(RowOf),
            ];
    }

    /// <summary>Sets a key, new or not.</summary>
    public Task<Outcome<PluginKeyRow>> SetAsync(int id, PluginKeyForm form, int? version, CancellationToken cancel) =>
        writes.WriteAsync(
            Policies.WriteRegistry,
            id,
            null,
            async (registry, plugin) =>
            {
                var key = form.Key.Trim();
                if (Refuse(key, form, plugin.Name) is { } refused)
                {
                    return refused;
                }

                var row = await FindAsync(registry, plugin, key, cancel);
                if (row is not null && version is { } read && row.Version != read)
                {
                    return new Outcome<PluginKeyRow>.Conflict(RowOf(row));
                }

                if (row is null)
                {
                    row = new()
                    {
                        PluginName = plugin.Name,
                        ConfigKey = key,
                        CreatedAt = writes.Now,
                        UpdatedAt = writes.Now,
                    };
                    registry.Add(row);
                }

                (row.ConfigValue, row.ConfigType) = (form.Value ?? "", form.Type);
                await registry.SaveChangesAsync(cancel);
                return new Outcome<PluginKeyRow>.Ok(RowOf(row));
            },
            Nothing,
            cancel
        );

    public Task<Outcome<PluginKeyRow>> DeleteAsync(int id, string key, int? version, CancellationToken cancel) =>
        writes.WriteAsync(
            Policies.WriteRegistry,
            id,
            null,
            async (registry, plugin) =>
            {
                if (await FindAsync(registry, plugin, key, cancel) is not { } row)
                {
                    return new Outcome<PluginKeyRow>.NotFound();
                }

                if (version is { } read && row.Version != read)
                {
                    return new Outcome<PluginKeyRow>.Conflict(RowOf(row));
                }

                registry.Remove(row);
                await registry.SaveChangesAsync(cancel);
                return new Outcome<PluginKeyRow>.Ok(RowOf(row));
            },
            Nothing,
            cancel
        );

    private static PluginKeyRow RowOf(PluginConfig row) => new(row.ConfigKey, row.ConfigValue, row.ConfigType, row.UpdatedAt, row.Version);

    private static PluginKeyRow Nothing(PluginRow row) => new("", null, "", row.UpdatedAt, row.Version);

    private static Task<PluginConfig?> FindAsync(RegistryDbContext registry, Plugin plugin, string key, CancellationToken cancel) =>
        registry.PluginConfigs.SingleOrDefaultAsync(c => c.PluginName == plugin.Name && c.ConfigKey == key, cancel);

    private static Outcome<PluginKeyRow>.Invalid? Refuse(string key, PluginKeyForm form, string plugin) =>
        plugin.Length > Longest
            ? new(nameof(form.Key), $"The plugin can't have keys, because its name is longer than {Longest} characters.")
        : key.Length is 0 or > Longest || key.Any(char.IsControl)
            ? new(nameof(form.Key), $"A key must have 1 to {Longest} characters on one line.")
        : !Types.Contains(form.Type) ? new(nameof(form.Type), $"The type must be one of {string.Join(", ", Types)}.")
        : Mistake(form.Type, form.Value ?? "") is { } mistake ? new(nameof(form.Value), mistake)
        : null;

    private static string? Mistake(string type, string value) =>
        type switch
        {
            "number"
                when !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    || !double.IsFinite(number) => "Enter a number, such as 12 or -0.5.",
            "boolean" when value is not ("true" or "false") => "Enter true or false.",
            "string" => Sendable.FaultOfWord(value),
            "json" when !IsJson(value) => "This is not valid JSON.",
            _ => null,
        };

    private static bool IsJson(string value)
    {
        try
        {
            using var json = JsonDocument.Parse(value);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

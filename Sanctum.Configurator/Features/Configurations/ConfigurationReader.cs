using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>Which of the keys at a holder are wanted.</summary>
public enum ShownKeys
{
    All,
    Here,
    Shadowing,
}

/// <summary>Reads configurations: rows as they are stored, and values as they count.</summary>
public sealed class ConfigurationReader(
    IDbContextFactory<RegistryDbContext> registries,
    LiveConfigurations live,
    KeptReadings<(ScopeFilter, PageRequest), PageOf<ConfigurationRow>> pages,
    KeptReadings<int, ConfigurationRow> rows
)
{
    private static readonly Sorts<Configuration> Sorts = new Sorts<Configuration>("configurations", c => c.Id)
        .By("key", c => c.Key)
        .By("updated", c => c.UpdatedAt);

    /// <summary>The rows, by key. The search finds keys and descriptions.</summary>
    public async Task<PageOf<ConfigurationRow>> RowsAsync(ScopeFilter filter, PageRequest page, CancellationToken cancel) =>
        (await pages.GetAsync((filter, page), async () => await ReadAsync(filter, page, cancel)))!;

    public async Task<ConfigurationRow?> FindAsync(int id, CancellationToken cancel) =>
        await rows.GetAsync(
            id,
            async () =>
            {
                await using var registry = await registries.CreateDbContextAsync(cancel);
                return await registry.Configurations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is { } row
                    ? ConfigurationRow.Of(row)
                    : null;
            }
        );

    /// <summary>The keys in force at a holder, by key, now or as they were.</summary>
    public async Task<PageOf<EffectiveValue>> EffectiveAsync(
        ScopeHolder holder,
        ShownKeys shown,
        DateTimeOffset? at,
        PageRequest page,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (snapshot, viewpoint) = (await SnapshotAsync(registry, at, cancel), await ViewpointAsync(registry, holder, cancel));
        var search = page.Search?.Trim();
        List<IReadOnlyList<ConfigurationValue>> chains =
        [
            .. from key in page.Descending ? snapshot.Keys.Reverse() : snapshot.Keys
            let chain = snapshot.Explain(key, viewpoint)
            where
                chain.Count > 0
                && (shown == ShownKeys.All || (shown == ShownKeys.Here ? chain[0].Holder == holder : chain.Count > 1))
                && (
                    string.IsNullOrEmpty(search)
                    || key.Contains(search, StringComparison.OrdinalIgnoreCase)
                    || chain[0].Description?.Contains(search, StringComparison.OrdinalIgnoreCase) == true
                )
            select chain,
        ];
        List<IReadOnlyList<ConfigurationValue>> some = [.. chains.Skip(page.Skip).Take(page.Take)];
        var names = await HolderNames.ReadAsync(registry, some.SelectMany(chain => chain.Select(value => value.Holder)), cancel);
        return new([.. some.Select(chain => Effective(chain, holder, names))], chains.Count);
    }

    /// <summary>Every key in force from a viewpoint, the value in force first and after it what it shadows.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<ConfigurationValue>>> ExplainAsync(
        Viewpoint viewpoint,
        DateTimeOffset? at,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var snapshot = await SnapshotAsync(registry, at, cancel);
        return [.. snapshot.Keys.Select(key => snapshot.Explain(key, viewpoint)).Where(chain => chain.Count > 0)];
    }

    /// <summary>The viewpoint with the agent and the tool of its instance.</summary>
    public async Task<Outcome<Viewpoint>> CompleteAsync(Viewpoint viewpoint, CancellationToken cancel)
    {
        if (viewpoint.InstanceId is not { } id)
        {
            return new Outcome<Viewpoint>.Ok(viewpoint);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.ToolInstances.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancel) switch
        {
            null => new Outcome<Viewpoint>.Invalid("InstanceId", $"Tool instance {id} not found."),
            var instance when viewpoint.ToolId is { } tool && tool != instance.ToolId => new Outcome<Viewpoint>.Invalid(
                "ToolId",
                $"The instance {id} belongs to the tool {instance.ToolId}."
            ),
            var instance when viewpoint.AgentId is { } agent && agent != instance.AgentId => new Outcome<Viewpoint>.Invalid(
                "AgentId",
                $"The instance {id} belongs to {(instance.AgentId is { } owner ? $"agent {owner}" : "no agent")}."
            ),
            var instance => new Outcome<Viewpoint>.Ok(viewpoint with { AgentId = instance.AgentId, ToolId = instance.ToolId }),
        };
    }

    /// <summary>What differs between two holders, or two moments, or both.</summary>
    public async Task<IReadOnlyList<ComparedValue>> CompareAsync(ComparedSide left, ComparedSide right, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (one, other) = (await SideAsync(registry, left, cancel), await SideAsync(registry, right, cancel));
        return
        [
            .. from key in one.Keys.Union(other.Keys).Order(StringComparer.Ordinal)
            let a = one.GetValueOrDefault(key)
            let b = other.GetValueOrDefault(key)
            where a is null || b is null || !a.IsSame(b)
            select new ComparedValue(key, Shown(a), Shown(b)),
        ];
    }

    /// <summary>Some holders of a scope, by name.</summary>
    public async Task<IReadOnlyList<NamedHolder>> HoldersAsync(ConfigurationScope scope, string? search, int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var named = HolderNames.Named(registry, scope);
        if (search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            named = named.Where(holder => holder.Name.ToUpper().Contains(words));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return await named.OrderBy(holder => holder.Name).ThenBy(holder => holder.Id).Take(most).ToListAsync(cancel);
    }

    /// <summary>What a holder is called; null where it is not there.</summary>
    public async Task<string?> NameAsync(ScopeHolder holder, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return (await HolderNames.ReadAsync(registry, [holder], cancel)).Find(holder);
    }

    /// <summary>How a value is shown: a secret as set, or not set.</summary>
    internal static string? Shown(ConfigurationValue? value) =>
        value switch
        {
            null => null,
            { IsSecret: true } => value.IsSet ? "set" : "not set",
            _ => value.Value ?? "",
        };

    internal static async Task<Viewpoint> ViewpointAsync(RegistryDbContext registry, ScopeHolder holder, CancellationToken cancel) =>
        holder.Scope switch
        {
            ConfigurationScope.Agent => new(AgentId: holder.Id),
            ConfigurationScope.Tool => new(ToolId: holder.Id),
            ConfigurationScope.User => new(UserId: holder.Id),
            ConfigurationScope.Instance => await registry.ToolInstances.AsNoTracking().SingleOrDefaultAsync(i => i.Id == holder.Id, cancel)
                is { } instance
                ? new(instance.AgentId, instance.ToolId, instance.Id)
                : new(InstanceId: holder.Id),
            _ => default,
        };

    private async Task<PageOf<ConfigurationRow>> ReadAsync(ScopeFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = registry.Configurations.AsNoTracking();
        if (filter.Scope is { } scope)
        {
            var word = EnumText<ConfigurationScope>.Of(scope);
            found = found.Where(c => c.Scope == word);
        }

        if (filter.ScopeId is { } holder)
        {
            found = found.Where(c => c.ScopeId == holder);
        }

        if (filter.Key is { } key)
        {
            found = found.Where(c => c.Key == key);
        }

        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            found = found.Where(c => c.Key.ToUpper().Contains(words) || (c.Description ?? "").ToUpper().Contains(words));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return (await Sorts.ReadAsync(found, page, cancel)).Select(ConfigurationRow.Of);
    }

    private async Task<ConfigurationSnapshot> SnapshotAsync(RegistryDbContext registry, DateTimeOffset? at, CancellationToken cancel) =>
        at is { } moment ? await PastConfigurations.ReadAsync(registry, moment, cancel) : await live.ReadAsync(cancel);

    private async Task<Dictionary<string, ConfigurationValue>> SideAsync(
        RegistryDbContext registry,
        ComparedSide side,
        CancellationToken cancel
    )
    {
        var (snapshot, viewpoint) = (await SnapshotAsync(registry, side.At, cancel), await ViewpointAsync(registry, side.Holder, cancel));
        return snapshot.Keys.Select(key => snapshot.Resolve(key, viewpoint)).OfType<ConfigurationValue>().ToDictionary(value => value.Key);
    }

    private static EffectiveValue Effective(IReadOnlyList<ConfigurationValue> chain, ScopeHolder holder, HolderNames names)
    {
        var value = chain[0];
        return new(
            value.RowId,
            value.Key,
            value.Value,
            value.Type,
            value.Holder.Scope,
            value.Holder.Id,
            names.Of(value.Holder),
            value.Holder == holder,
            value.IsSecret,
            value.IsSet,
            value.Description,
            value.Version,
            [
                .. chain
                    .Skip(1)
                    .Select(other => new ShadowedValue(
                        other.Holder.Scope,
                        other.Holder.Id,
                        names.Of(other.Holder),
                        Shown(other),
                        other.IsSecret,
                        other.Description
                    )),
            ]
        );
    }
}

/// <summary>Which rows are wanted; null for all.</summary>
public sealed record ScopeFilter(ConfigurationScope? Scope = null, int? ScopeId = null, string? Key = null);

/// <summary>One side of a comparison.</summary>
/// <param name="At">Null for now.</param>
public sealed record ComparedSide(ScopeHolder Holder, DateTimeOffset? At = null);

/// <summary>A key whose values in force differ; null where it has none.</summary>
public sealed record ComparedValue(string Key, string? Left, string? Right);

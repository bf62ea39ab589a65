using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>The names of holders of configurations.</summary>
internal sealed class HolderNames(IReadOnlyDictionary<ScopeHolder, string> names)
{
    private const int AtOnce = 500;

    public static async Task<HolderNames> ReadAsync(RegistryDbContext registry, IEnumerable<ScopeHolder> holders, CancellationToken cancel)
    {
        var names = new Dictionary<ScopeHolder, string>();
        foreach (var ofScope in holders.Where(holder => holder.Id is not null).Distinct().GroupBy(holder => holder.Scope))
        {
            foreach (var ids in ofScope.Select(holder => holder.Id!.Value).Chunk(AtOnce))
            {
                foreach (var found in await Named(registry, ofScope.Key).Where(named => ids.Contains(named.Id)).ToListAsync(cancel))
                {
                    names[new(ofScope.Key, found.Id)] = found.Name;
                }
            }
        }

        return new(names);
    }

    /// <summary>All that can hold configurations in a scope; none in the system's.</summary>
    public static IQueryable<NamedHolder> Named(RegistryDbContext registry, ConfigurationScope scope) =>
        scope switch
        {
            ConfigurationScope.Agent => registry.Agents.AsNoTracking().Select(a => new NamedHolder { Id = a.Id, Name = a.Name }),
            ConfigurationScope.Tool => registry.Tools.AsNoTracking().Select(t => new NamedHolder { Id = t.Id, Name = t.Name }),
            ConfigurationScope.Instance => registry.ToolInstances.AsNoTracking().Select(i => new NamedHolder { Id = i.Id, Name = i.Name }),
            _ => registry.Users.AsNoTracking().Select(u => new NamedHolder { Id = u.Id, Name = u.UserName ?? "" }),
        };

    public string? Find(ScopeHolder holder) => names.GetValueOrDefault(holder);

    /// <summary>"System", or the kind with the name, such as "agent Athena".</summary>
    public string Of(ScopeHolder holder) =>
        holder.Id is not { } id
            ? "System"
            : $"{EnumText<ConfigurationScope>.Of(holder.Scope)} {Find(holder) ?? string.Create(CultureInfo.InvariantCulture, $"{id} (deleted)")}";
}

/// <summary>An agent, tool, instance or user.</summary>
public sealed class NamedHolder
{
    public int Id { get; init; }

    public string Name { get; init; } = "";
}

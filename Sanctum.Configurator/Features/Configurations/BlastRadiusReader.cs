using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>Counts who would see another value in force: not those that a nearer value shields.</summary>
internal static class BlastRadiusReader
{
    public static async Task<BlastRadius> ReadAsync(
        RegistryDbContext registry,
        ConfigurationSnapshot now,
        ConfigurationSnapshot then,
        IReadOnlyList<ConfigurationPlace> places,
        CancellationToken cancel
    )
    {
        var keys = places.Select(place => place.Key).Distinct().ToList();
        var isForAll = places.Any(place => place.Holder.Scope == ConfigurationScope.System);
        HashSet<int?> In(ConfigurationScope scope) =>
            [.. places.Where(place => place.Holder.Scope == scope).Select(place => place.Holder.Id)];
        var (agents, tools, instances) = (In(ConfigurationScope.Agent), In(ConfigurationScope.Tool), In(ConfigurationScope.Instance));

        var touchedAgents = isForAll ? await registry.Agents.Select(a => a.Id).ToListAsync(cancel) : [.. agents.OfType<int>()];
        var touchedTools = isForAll ? await registry.Tools.Select(t => t.Id).ToListAsync(cancel) : [.. tools.OfType<int>()];
        var touchedInstances = (
            await registry
                .ToolInstances.Select(i => new
                {
                    i.Id,
                    i.AgentId,
                    i.ToolId,
                })
                .ToListAsync(cancel)
        ).Where(i => isForAll || agents.Contains(i.AgentId) || tools.Contains(i.ToolId) || instances.Contains(i.Id));
        return new(
            touchedAgents.Count(id => IsTouched(new(AgentId: id))),
            touchedTools.Count(id => IsTouched(new(ToolId: id))),
            touchedInstances.Count(i => IsTouched(new(i.AgentId, i.ToolId, i.Id)))
        );

        bool IsTouched(Viewpoint from) =>
            keys.Exists(key =>
                (now.Resolve(key, from), then.Resolve(key, from)) switch
                {
                    (null, null) => false,
                    ({ } before, { } after) => !before.IsSame(after),
                    _ => true,
                }
            );
    }
}

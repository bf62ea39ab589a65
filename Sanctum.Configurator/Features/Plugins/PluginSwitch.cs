using Sanctum.Configurator.Features.Graph;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Switches plugins on and off, with what depends on them.</summary>
public sealed class PluginSwitch(IDbContextFactory<RegistryDbContext> registries, PluginWrites writes)
{
    /// <summary>What switching it would entail; nothing is changed.</summary>
    public async Task<Outcome<SwitchPlan>> PlanAsync(int id, bool enable, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<SwitchPlan>(Policies.OperateRegistry) is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var graph = await DependencyReader.ReadAsync(registry, cancel);
        var node = NodeId.Of(NodeKind.Plugin, id);
        return graph.Find(node) is null
            ? new Outcome<SwitchPlan>.NotFound()
            : new Outcome<SwitchPlan>.Ok(SwitchPlan.Of(graph, node, enable));
    }

    /// <summary>Lets a plugin be used.</summary>
    /// <param name="withNeeded">Also enables what it needs, that first; otherwise it is refused where something it needs is not
    /// there.</param>
    public Task<Outcome<SwitchPlan>> EnableAsync(int id, bool withNeeded, int? version, CancellationToken cancel) =>
        SwitchAsync(id, true, withNeeded, version, cancel);

    /// <summary>Keeps a plugin from being used.</summary>
    /// <param name="withDependants">Also disables the plugins and tools that need it, those first; otherwise it is refused where something
    /// breaks.</param>
    public Task<Outcome<SwitchPlan>> DisableAsync(int id, bool withDependants, int? version, CancellationToken cancel) =>
        SwitchAsync(id, false, withDependants, version, cancel);

    private Task<Outcome<SwitchPlan>> SwitchAsync(int id, bool enable, bool withOthers, int? version, CancellationToken cancel) =>
        writes.WriteAsync<SwitchPlan>(
            Policies.OperateRegistry,
            id,
            version,
            async (registry, plugin) =>
            {
                var plan = SwitchPlan.Of(await DependencyReader.ReadAsync(registry, cancel), NodeId.Of(NodeKind.Plugin, id), enable);
                if (!withOthers && plan.RefusalAlone is { } reason)
                {
                    return new Outcome<SwitchPlan>.Invalid("", reason);
                }

                foreach (var node in plan.Order)
                {
                    if (await FlipAsync(registry, node, enable, cancel) is { } held)
                    {
                        return new Outcome<SwitchPlan>.Invalid("", held);
                    }

                    registry.Reason =
                        node.Node == plan.Plugin.Node ? null : $"{(enable ? "Enabled" : "Disabled")} with the plugin {plugin.Name}";

                    // One after the other, so that the history tells the order.
                    await registry.SaveChangesAsync(cancel);
                }

                return new Outcome<SwitchPlan>.Ok(plan);
            },
            row => new(enable, new(NodeId.Of(NodeKind.Plugin, row.Id), row.Name, row.PluginVersion, row.IsEnabled), [], [], []),
            cancel
        );

    /// <summary>Why it can't be enabled; null where it can.</summary>
    private static async Task<string?> FlipAsync(RegistryDbContext registry, DependencyNode node, bool enable, CancellationToken cancel)
    {
        if (node.Kind == NodeKind.Tool)
        {
            (await registry.Tools.SingleAsync(t => t.Id == node.RowId, cancel)).IsEnabled = enable;
            return null;
        }

        var plugin = await registry.Plugins.SingleAsync(p => p.Id == node.RowId, cancel);
        if (enable && plugin.Found is not null)
        {
            return $"The description of {plugin.Name} has changed. Approve or reject the change first.";
        }

        plugin.IsEnabled = enable;
        return null;
    }
}

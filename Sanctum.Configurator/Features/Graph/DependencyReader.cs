using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>Reads from the registry what needs what.</summary>
public sealed class DependencyReader(IDbContextFactory<RegistryDbContext> registries)
{
    public async Task<DependencyGraph> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await ReadAsync(registry, cancel);
    }

    /// <summary>The same inside of somebody's unit of work. What is not yet saved is not seen.</summary>
    internal static async Task<DependencyGraph> ReadAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var draft = new DependencyDraft();
        foreach (
            var plugin in await registry
                .Plugins.AsNoTracking()
                .OrderBy(p => p.Id)
                .Select(p => new
                {
                    p.Id,
                    p.Name,
                    p.PluginVersion,
                    p.IsEnabled,
                    p.Dependencies,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddPlugin(plugin.Id, plugin.Name, plugin.PluginVersion, plugin.IsEnabled, plugin.Dependencies);
        }

        foreach (
            var tool in await registry
                .Tools.AsNoTracking()
                .OrderBy(t => t.Id)
                .Select(t => new
                {
                    t.Id,
                    t.Name,
                    t.ToolVersion,
                    t.IsEnabled,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddTool(tool.Id, tool.Name, tool.ToolVersion, tool.IsEnabled);
        }

        foreach (
            var agent in await registry
                .Agents.AsNoTracking()
                .OrderBy(a => a.Id)
                .Select(a => new
                {
                    a.Id,
                    a.Name,
                    a.IsActive,
                    a.Config,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddAgent(agent.Id, agent.Name, agent.IsActive, agent.Config);
        }

        foreach (
            var instance in await registry
                .ToolInstances.AsNoTracking()
                .OrderBy(i => i.Id)
                .Select(i => new
                {
                    i.Id,
                    i.Name,
                    i.IsActive,
                    i.ToolId,
                    i.AgentId,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddInstance(instance.Id, instance.Name, instance.IsActive, instance.ToolId, instance.AgentId);
        }

        foreach (
            var server in await registry
                .McpServers.AsNoTracking()
                .Where(s => s.UserId == null)
                .OrderBy(s => s.Id)
                .Select(s => new
                {
                    s.Id,
                    s.Name,
                    s.Url,
                    s.IsEnabled,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddServer(server.Id, server.Name, server.Url, server.IsEnabled);
        }

        foreach (
            var caller in await McpCallers
                .CallersIn(registry)
                .AsNoTracking()
                .OrderBy(i => i.Id)
                .Select(i => new
                {
                    i.Id,
                    i.ToolId,
                    i.Config,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddCall(caller.Id, caller.ToolId, McpCallers.SavedIn(caller.Config!), McpCallers.NameIn(caller.Config!));
        }

        foreach (
            var job in await registry
                .ScheduledJobs.AsNoTracking()
                .OrderBy(j => j.Id)
                .Select(j => new
                {
                    j.Id,
                    j.Name,
                    j.IsEnabled,
                    j.ToolInstanceId,
                    j.AgentId,
                })
                .ToListAsync(cancel)
        )
        {
            draft.Add(
                NodeKind.Job,
                job.Id,
                job.Name,
                job.IsEnabled,
                (NodeKind.Instance, job.ToolInstanceId),
                (NodeKind.Agent, job.AgentId)
            );
        }

        foreach (
            var configuration in await registry
                .Configurations.AsNoTracking()
                .OrderBy(c => c.Id)
                .Select(c => new
                {
                    c.Id,
                    c.Key,
                    c.Scope,
                    c.ScopeId,
                })
                .ToListAsync(cancel)
        )
        {
            draft.Add(
                NodeKind.Configuration,
                configuration.Id,
                configuration.Key,
                true,
                OwnerOf(configuration.Scope, configuration.ScopeId)
            );
        }

        foreach (
            var link in await registry
                .PluginLinks.AsNoTracking()
                .OrderBy(l => l.Id)
                .Select(l => new
                {
                    l.PluginId,
                    l.AgentId,
                    l.ToolId,
                })
                .ToListAsync(cancel)
        )
        {
            draft.Link(link.PluginId, link.AgentId, link.ToolId);
        }

        return draft.ToGraph();
    }

    private static (NodeKind Kind, int? Id) OwnerOf(string scope, int? id) =>
        ScopeHolder.Find(scope, id)?.Scope switch
        {
            ConfigurationScope.Agent => (NodeKind.Agent, id),
            ConfigurationScope.Tool => (NodeKind.Tool, id),
            ConfigurationScope.Instance => (NodeKind.Instance, id),
            _ => (NodeKind.Agent, null),
        };
}

using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Which agents and tools use a plugin.</summary>
public sealed class PluginLinks(IDbContextFactory<RegistryDbContext> registries, PluginWrites writes)
{
    /// <summary>Takes an agent's links away, into the history; saved with whatever else the unit of work holds.</summary>
    internal static async Task RemoveOfAgentAsync(RegistryDbContext registry, int agentId, CancellationToken cancel) =>
        registry.RemoveRange(await registry.PluginLinks.Where(l => l.AgentId == agentId).ToListAsync(cancel));

    /// <inheritdoc cref="RemoveOfAgentAsync"/>
    internal static async Task RemoveOfToolAsync(RegistryDbContext registry, int toolId, CancellationToken cancel) =>
        registry.RemoveRange(await registry.PluginLinks.Where(l => l.ToolId == toolId).ToListAsync(cancel));

    /// <summary>By name. Null where there is no such plugin.</summary>
    public async Task<IReadOnlyList<PluginLinkRow>?> ListAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (!await registry.Plugins.AnyAsync(p => p.Id == id, cancel))
        {
            return null;
        }

        var links = registry.PluginLinks.AsNoTracking().Where(l => l.PluginId == id);
        var agents = await links
            .Join(
                registry.Agents,
                l => l.AgentId,
                a => a.Id,
                (l, a) =>
                    new
                    {
                        l.Id,
                        Target = a.Id,
                        a.Name,
                    }
            )
            .ToListAsync(cancel);
        var tools = await links
            .Join(
                registry.Tools,
                l => l.ToolId,
                t => t.Id,
                (l, t) =>
                    new
                    {
                        l.Id,
                        Target = t.Id,
                        t.Name,
                    }
            )
            .ToListAsync(cancel);
        return
        [
            .. agents
                .Select(link => new PluginLinkRow(link.Id, link.Target, null, link.Name))
                .Concat(tools.Select(link => new PluginLinkRow(link.Id, null, link.Target, link.Name)))
                .OrderBy(link => link.Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(link => link.Id),
        ];
    }

    /// <summary>The agents and tools that are not linked yet, by name.</summary>
    public async Task<IReadOnlyList<PluginLinkRow>> FreeAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var links = registry.PluginLinks.Where(l => l.PluginId == id);
        var agents = await registry
            .Agents.AsNoTracking()
            .Where(a => !links.Any(l => l.AgentId == a.Id))
            .OrderBy(a => a.Name)
            .Select(a => new PluginLinkRow(0, a.Id, null, a.Name))
            .ToListAsync(cancel);
        var tools = await registry
            .Tools.AsNoTracking()
            .Where(t => !links.Any(l => l.ToolId == t.Id))
            .OrderBy(t => t.Name)
            .Select(t => new PluginLinkRow(0, null, t.Id, t.Name))
            .ToListAsync(cancel);
        return [.. agents, .. tools];
    }

    public Task<Outcome<PluginLinkRow>> AddAsync(int id, PluginLinkForm form, CancellationToken cancel) =>
        writes.WriteAsync(
            Policies.WriteRegistry,
            id,
            null,
            async (registry, plugin) =>
            {
                if ((form.AgentId is null) == (form.ToolId is null))
                {
                    return new Outcome<PluginLinkRow>.Invalid("", "Choose either an agent or a tool.");
                }

                var name = form.AgentId is { } agent
                    ? await registry.Agents.Where(a => a.Id == agent).Select(a => a.Name).SingleOrDefaultAsync(cancel)
                    : await registry.Tools.Where(t => t.Id == form.ToolId).Select(t => t.Name).SingleOrDefaultAsync(cancel);
                if (name is null)
                {
                    return new Outcome<PluginLinkRow>.Invalid(
                        form.AgentId is null ? nameof(form.ToolId) : nameof(form.AgentId),
                        form.AgentId is null ? "Tool not found." : "Agent not found."
                    );
                }

                if (
                    await registry.PluginLinks.AnyAsync(
                        l => l.PluginId == id && l.AgentId == form.AgentId && l.ToolId == form.ToolId,
                        cancel
                    )
                )
                {
                    return new Outcome<PluginLinkRow>.Invalid("", $"{name} is already linked to {plugin.Name}.");
                }

                var link = new PluginLink
                {
                    PluginId = id,
                    AgentId = form.AgentId,
                    ToolId = form.ToolId,
                    CreatedAt = writes.Now,
                    UpdatedAt = writes.Now,
                };
                registry.Add(link);
                await registry.SaveChangesAsync(cancel);
                return new Outcome<PluginLinkRow>.Ok(new(link.Id, link.AgentId, link.ToolId, name));
            },
            Nothing,
            cancel
        );

    public Task<Outcome<PluginLinkRow>> DeleteAsync(int id, int linkId, CancellationToken cancel) =>
        writes.WriteAsync(
            Policies.WriteRegistry,
            id,
            null,
            async (registry, _) =>
            {
                if (await registry.PluginLinks.SingleOrDefaultAsync(l => l.Id == linkId && l.PluginId == id, cancel) is not { } link)
                {
                    return new Outcome<PluginLinkRow>.NotFound();
                }

                registry.Remove(link);
                await registry.SaveChangesAsync(cancel);
                return new Outcome<PluginLinkRow>.Ok(new(link.Id, link.AgentId, link.ToolId, ""));
            },
            Nothing,
            cancel
        );

    private static PluginLinkRow Nothing(PluginRow row) => new(0, null, null, row.Name);
}

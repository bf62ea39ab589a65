using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>Reads and changes the agents of the registry. The Letta server is left alone.</summary>
public sealed class AgentService(IDbContextFactory<RegistryDbContext> registries, AgentWrites writes)
{
    private const string Table = "agents";
    private const string Scope = "agent";

    private static readonly Sorts<Agent> Sorts = new Sorts<Agent>(Table, a => a.Id)
        .By("name", a => a.Name)
        .By("status", a => a.Status)
        .By("updated", a => a.UpdatedAt);

    /// <summary>Some of the agents, by name. The search finds names, descriptions and ids of Letta.</summary>
    public async Task<PageOf<AgentRow>> PageAsync(AgentFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agents = AgentTags
            .With(registry, filter.Tag)
            .AsNoTracking()
            .Where(a => filter.Status == null || a.Status == filter.Status)
            .Where(a => filter.IsActive == null || a.IsActive == filter.IsActive);
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            agents = agents.Where(a =>
                a.Name.ToUpper().Contains(words)
                || (a.Description ?? "").ToUpper().Contains(words)
                || (a.LettaUid ?? "").ToUpper().Contains(words)
            );
#pragma warning restore CA1304, CA1311, CA1862
        }

        return (await Sorts.ReadAsync(agents, page, cancel)).Select(AgentRow.Of);
    }

    /// <summary>The tags declared by agents.</summary>
    public async Task<IReadOnlyList<string>> TagsAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await AgentTags.AllAsync(registry, cancel);
    }

    public async Task<AgentView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel) is { } agent ? AgentView.Of(agent) : null;
    }

    /// <summary>Changes what the registry declares of the agent.</summary>
    public Task<Outcome<AgentRow>> SaveAsync(AgentForm form, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        return reasons.Count > 0
            ? Task.FromResult<Outcome<AgentRow>>(new Outcome<AgentRow>.Invalid(reasons))
            : writes.WriteAsync(
                Policies.WriteRegistry,
                form.Id,
                form.Version,
                (_, agent) =>
                {
                    form.Over(DeclaredAgent.Of(agent)).WriteTo(agent);
                    agent.IsActive = form.IsActive;
                    return Task.FromResult<Outcome<AgentRow>.Invalid?>(null);
                },
                cancel
            );
    }

    /// <summary>Whether the agent counts here. It goes on running on the server either way.</summary>
    public Task<Outcome<AgentRow>> ActivateAsync(int id, bool isActive, int? version, CancellationToken cancel) =>
        writes.WriteAsync(
            Policies.OperateRegistry,
            id,
            version,
            (_, agent) =>
            {
                agent.IsActive = isActive;
                return Task.FromResult<Outcome<AgentRow>.Invalid?>(null);
            },
            cancel
        );

    public async Task<AgentDependants> DependantsAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await DependantsAsync(registry, id, cancel);
    }

    /// <summary>
    /// Deletes the agent here, with its links and configurations. On the server it stays. Tool instances and scheduled jobs keep it.
    /// </summary>
    public Task<Outcome<AgentRow>> DeleteAsync(int id, int? version, CancellationToken cancel) =>
        writes.WriteAsync(
            Policies.WriteRegistry,
            id,
            version,
            async (registry, agent) =>
            {
                var dependants = await DependantsAsync(registry, id, cancel);
                if (AgentLabels.KeptBy(dependants) is { } kept)
                {
                    return new("", kept);
                }

                // The database would take the links away by itself, but not into the history; the configurations it would leave to nobody.
                await PluginLinks.RemoveOfAgentAsync(registry, id, cancel);
                await ConfigurationWrites.RemoveOfAsync(registry, Scope, id, cancel);
                registry.Remove(agent);
                return null;
            },
            cancel
        );

    /// <summary>What was done with the agent, the newest first.</summary>
    public async Task<PageOf<RowHistoryEntry>> HistoryAsync(int id, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await RowHistory.PageAsync(registry, Table, id, isApart: true, page, cancel);
    }

    private static async Task<AgentDependants> DependantsAsync(RegistryDbContext registry, int id, CancellationToken cancel) =>
        new(
            await registry.ToolInstances.Where(i => i.AgentId == id).OrderBy(i => i.Name).Select(i => i.Name).ToListAsync(cancel),
            await registry.ScheduledJobs.Where(j => j.AgentId == id).OrderBy(j => j.Name).Select(j => j.Name).ToListAsync(cancel),
            await registry
                .PluginLinks.Where(l => l.AgentId == id)
                .Join(registry.Plugins, l => l.PluginId, p => p.Id, (_, p) => p.Name)
                .OrderBy(name => name)
                .ToListAsync(cancel),
            await registry
                .Configurations.Where(c => c.Scope == Scope && c.ScopeId == id)
                .OrderBy(c => c.Key)
                .Select(c => c.Key)
                .ToListAsync(cancel)
        );
}

using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>A value that is configured for an agent.</summary>
/// <param name="Value">Null where it is sealed.</param>
public sealed record AgentSetting(int Id, string Key, string? Value, bool IsSealed, DateTimeOffset UpdatedAt);

/// <summary>A tool as an agent uses it.</summary>
public sealed record AgentTool(int Id, string Name, int ToolId, string Tool, RunState Status, DateTimeOffset? LastRun, bool IsActive);

/// <summary>A plugin that an agent uses.</summary>
public sealed record AgentPlugin(int Id, string Name, string Type, PluginStatus Status, bool IsEnabled);

/// <summary>What an agent does by the clock.</summary>
public sealed record AgentJob(
    int Id,
    string Name,
    string Rhythm,
    string TimeZone,
    JobStatus Status,
    bool IsEnabled,
    DateTimeOffset? LastRun,
    DateTimeOffset? NextRun
);

/// <summary>Lists what in the registry belongs to one agent.</summary>
public sealed class AgentBelongings(IDbContextFactory<RegistryDbContext> registries)
{
    private const string Scope = "agent";

    public Task<PageOf<AgentSetting>> SettingsAsync(int id, PageRequest page, CancellationToken cancel) =>
        PageAsync(
            registry =>
                registry
                    .Configurations.Where(c => c.Scope == Scope && c.ScopeId == id)
                    .OrderBy(c => c.Key)
                    .ThenBy(c => c.Id)
                    .Select(c => new AgentSetting(c.Id, c.Key, c.IsEncrypted ? null : c.Value, c.IsEncrypted, c.UpdatedAt)),
            page,
            cancel
        );

    public Task<PageOf<AgentTool>> ToolsAsync(int id, PageRequest page, CancellationToken cancel) =>
        PageAsync(
            registry =>
                registry
                    .ToolInstances.Where(i => i.AgentId == id)
                    .Join(registry.Tools, i => i.ToolId, t => t.Id, (i, t) => new { i, t })
                    .OrderBy(x => x.i.Name)
                    .ThenBy(x => x.i.Id)
                    .Select(x => new AgentTool(x.i.Id, x.i.Name, x.t.Id, x.t.Name, x.i.Status, x.i.LastRun, x.i.IsActive)),
            page,
            cancel
        );

    public Task<PageOf<AgentPlugin>> PluginsAsync(int id, PageRequest page, CancellationToken cancel) =>
        PageAsync(
            registry =>
                registry
                    .PluginLinks.Where(l => l.AgentId == id)
                    .Join(registry.Plugins, l => l.PluginId, p => p.Id, (_, p) => p)
                    .OrderBy(p => p.Name)
                    .ThenBy(p => p.Id)
                    .Select(p => new AgentPlugin(p.Id, p.Name, p.Type, p.Status, p.IsEnabled)),
            page,
            cancel
        );

    public Task<PageOf<AgentJob>> JobsAsync(int id, PageRequest page, CancellationToken cancel) =>
        PageAsync(
            registry =>
                registry
                    .ScheduledJobs.Where(j => j.AgentId == id)
                    .OrderBy(j => j.Name)
                    .ThenBy(j => j.Id)
                    .Select(j => new AgentJob(j.Id, j.Name, j.CronExpression, j.TimeZone, j.Status, j.IsEnabled, j.LastRun, j.NextRun)),
            page,
            cancel
        );

    private async Task<PageOf<T>> PageAsync<T>(Func<RegistryDbContext, IQueryable<T>> list, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var rows = list(registry);
        return new(await rows.Skip(page.Skip).Take(page.Take).ToListAsync(cancel), await rows.CountAsync(cancel));
    }
}

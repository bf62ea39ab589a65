using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>The one way in which a plugin is changed: permission, version and rules are looked at while nobody else writes.</summary>
public sealed partial class PluginWrites(
    IDbContextFactory<RegistryDbContext> registries,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<PluginWrites> log
)
{
    private const string MayNot = "You don't have permission to change plugins.";

    internal DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Null where the caller may.</summary>
    internal async Task<Outcome<T>.Invalid?> RefuseAsync<T>(string policy) =>
        await caller.MayAsync(policy) ? null : new Outcome<T>.Invalid("", MayNot);

    /// <summary>Changes a plugin, and whatever else belongs to that.</summary>
    /// <param name="version">Null where the newest version is meant, whichever it is.</param>
    /// <param name="change">Changes rows and gives the answer, or refuses.</param>
    /// <param name="stale">The answer to somebody who read an older version, made of the plugin as it is.</param>
    internal async Task<Outcome<T>> WriteAsync<T>(
        string policy,
        int id,
        int? version,
        Func<RegistryDbContext, Plugin, Task<Outcome<T>>> change,
        Func<PluginRow, T> stale,
        CancellationToken cancel
    )
    {
        if (await RefuseAsync<T>(policy) is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Plugins.SingleOrDefaultAsync(p => p.Id == id, cancel) is not { } plugin)
        {
            return new Outcome<T>.NotFound();
        }

        if (version is { } read && plugin.Version != read)
        {
            return new Outcome<T>.Conflict(stale(PluginRow.Of(plugin, [])));
        }

        return await EndAsync(registry, await change(registry, plugin), cancel);
    }

    /// <summary>The same for a change that gives the plugin as its answer.</summary>
    /// <param name="change">Changes the row, or refuses.</param>
    internal Task<Outcome<PluginRow>> WriteAsync(
        string policy,
        int id,
        int? version,
        Func<RegistryDbContext, Plugin, Task<Outcome<PluginRow>.Invalid?>> change,
        CancellationToken cancel
    ) =>
        WriteAsync<PluginRow>(
            policy,
            id,
            version,
            async (registry, plugin) => await change(registry, plugin) is { } refused ? refused : await SaveAsync(registry, plugin, cancel),
            row => row,
            cancel
        );

    /// <summary>Makes plugins.</summary>
    internal async Task<Outcome<T>> CreateAsync<T>(Func<RegistryDbContext, Task<Outcome<T>>> create, CancellationToken cancel)
    {
        if (await RefuseAsync<T>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        return await EndAsync(registry, await create(registry), cancel);
    }

    /// <summary>Saves what was changed, unless the plugin then needed itself.</summary>
    internal async Task<Outcome<PluginRow>> SaveAsync(RegistryDbContext registry, Plugin plugin, CancellationToken cancel)
    {
        await registry.SaveChangesAsync(cancel);
        var graph = await DependencyReader.ReadAsync(registry, cancel);
        var node = NodeId.Of(NodeKind.Plugin, plugin.Id);
        LogWritten(plugin.Id, plugin.Version);
        return graph.CycleThrough(node) is { } cycle
            ? new Outcome<PluginRow>.Invalid(
                nameof(PluginForm.Dependencies),
                $"These plugins would depend on each other in a circle: {DependencyGraph.InWords(cycle)}. Remove one of the dependencies."
            )
            : new Outcome<PluginRow>.Ok(PluginRow.Of(plugin, PluginService.ProblemsOf(graph, plugin.Id)));
    }

    private static async Task<Outcome<T>> EndAsync<T>(RegistryDbContext registry, Outcome<T> outcome, CancellationToken cancel)
    {
        if (outcome is Outcome<T>.Ok)
        {
            await registry.CommitWritingAsync(cancel);
        }

        return outcome;
    }

    [LoggerMessage(LogLevel.Information, "Plugin {PluginId} is written as version {Version}")]
    private partial void LogWritten(int pluginId, int version);
}

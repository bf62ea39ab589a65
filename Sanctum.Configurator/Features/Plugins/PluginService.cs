using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Reads, makes, changes and deletes the plugins of the registry.</summary>
public sealed class PluginService(IDbContextFactory<RegistryDbContext> registries, PluginWrites writes)
{
    private const string Table = "plugins";

    private static readonly Sorts<Plugin> Sorts = new Sorts<Plugin>(Table, p => p.Id)
        .By("name", p => p.Name)
        .By("status", p => p.Status)
        .By("type", p => p.Type)
        .By("updated", p => p.UpdatedAt);

    /// <summary>Some of the plugins, by name. The search finds names, descriptions and folders.</summary>
    public async Task<PageOf<PluginRow>> PageAsync(PluginFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var plugins = registry
            .Plugins.AsNoTracking()
            .Where(p => filter.Status == null || p.Status == filter.Status)
            .Where(p => filter.Type == null || p.Type == filter.Type)
            .Where(p => filter.IsEnabled == null || p.IsEnabled == filter.IsEnabled);
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            plugins = plugins.Where(p =>
                p.Name.ToUpper().Contains(words)
                || (p.Description ?? "").ToUpper().Contains(words)
                || (p.Folder ?? "").ToUpper().Contains(words)
            );
#pragma warning restore CA1304, CA1311, CA1862
        }

        var found = await Sorts.ReadAsync(plugins, page, cancel);
        var graph = await DependencyReader.ReadAsync(registry, cancel);
        return found.Select(plugin => PluginRow.Of(plugin, ProblemsOf(graph, plugin.Id)));
    }

    public async Task<PluginView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Plugins.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancel) is not { } plugin)
        {
            return null;
        }

        var graph = await DependencyReader.ReadAsync(registry, cancel);
        return new(
            PluginRow.Of(plugin, ProblemsOf(graph, id)),
            PluginLabels.Parse(plugin.Config),
            PluginDependencies.Read(plugin.Dependencies).Items,
            PluginLabels.Parse(plugin.Described),
            PluginLabels.Parse(plugin.Found),
            plugin.Found is null
                ? []
                : PluginDescription.Between(PluginDescription.Find(plugin.Described), PluginDescription.Find(plugin.Found))
        );
    }

    /// <summary>Adds a plugin, or changes one.</summary>
    public async Task<Outcome<PluginRow>> SaveAsync(PluginForm form, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        return reasons.Count > 0 ? new Outcome<PluginRow>.Invalid(reasons)
            : form.Id is { } id
                ? await writes.WriteAsync(
                    Policies.WriteRegistry,
                    id,
                    form.Version,
                    (registry, plugin) => ChangeAsync(registry, plugin, form, cancel),
                    cancel
                )
            : await writes.CreateAsync(registry => AddAsync(registry, form, cancel), cancel);
    }

    /// <summary>Deletes a plugin that nothing needs, with its configuration keys and its versions.</summary>
    /// <param name="version">Null for whichever it is.</param>
    public Task<Outcome<PluginRow>> DeleteAsync(int id, int? version, CancellationToken cancel) =>
        writes.WriteAsync<PluginRow>(
            Policies.WriteRegistry,
            id,
            version,
            async (registry, plugin) =>
            {
                var graph = await DependencyReader.ReadAsync(registry, cancel);
                var users = graph.UsersOf(NodeId.Of(NodeKind.Plugin, id)).Select(edge => graph.Find(edge.FromNode)!).Distinct().ToList();
                if (users.Count > 0)
                {
                    return new Outcome<PluginRow>.Invalid(
                        "",
                        $"{plugin.Name} is required by {PluginLabels.Named(users)}. Remove those dependencies first."
                    );
                }

                var row = PluginRow.Of(plugin, []);
                registry.RemoveRange(await KeysAsync(registry, plugin, cancel));
                registry.RemoveRange(await registry.Set<PluginVersion>().Where(v => v.PluginId == id).ToListAsync(cancel));
                registry.Remove(plugin);
                await registry.SaveChangesAsync(cancel);
                return new Outcome<PluginRow>.Ok(row);
            },
            row => row,
            cancel
        );

    /// <summary>What was done with the plugin, the newest first.</summary>
    public async Task<PageOf<RowHistoryEntry>> HistoryAsync(int id, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await RowHistory.PageAsync(registry, Table, id, isApart: false, page, cancel);
    }

    /// <summary>What it was at its earlier versions, the newest first.</summary>
    public async Task<IReadOnlyList<PluginVersionRow>> VersionsAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var versions = await registry
            .Set<PluginVersion>()
            .AsNoTracking()
            .Where(v => v.PluginId == id)
            .OrderByDescending(v => v.UpdatedAt)
            .ThenByDescending(v => v.Id)
            .ToListAsync(cancel);
        return [.. versions.Select(v => new PluginVersionRow(v.Id, v.Label, v.Description, PluginLabels.Parse(v.Config), v.UpdatedAt))];
    }

    internal static IReadOnlyList<string> ProblemsOf(DependencyGraph graph, int id)
    {
        var node = NodeId.Of(NodeKind.Plugin, id);
        return [.. graph.Problems.Where(problem => problem.Of == node).Select(problem => problem.Text)];
    }

    /// <summary>Keeps what the plugin was before it has another version.</summary>
    internal async Task KeepVersionAsync(RegistryDbContext registry, Plugin plugin, string? next, CancellationToken cancel)
    {
        if (plugin.PluginVersion is not { Length: > 0 } label || label == next)
        {
            return;
        }

        var kept = await registry.Set<PluginVersion>().SingleOrDefaultAsync(v => v.PluginId == plugin.Id && v.Label == label, cancel);
        if (kept is null)
        {
            kept = new()
            {
                PluginId = plugin.Id,
                Label = label,
                CreatedAt = writes.Now,
                UpdatedAt = writes.Now,
            };
            registry.Add(kept);
        }

        (kept.Description, kept.Config) = (plugin.Description, plugin.Config);
    }

    /// <summary>Another plugin of this name, however it is written.</summary>
    internal static async Task<bool> IsTakenAsync(RegistryDbContext registry, string name, int? except, CancellationToken cancel) =>
        (await registry.Plugins.AsNoTracking().Where(p => p.Id != except).Select(p => p.Name).ToListAsync(cancel)).Exists(other =>
            PluginDependencies.Same(other, name)
        );

    private static Task<List<PluginConfig>> KeysAsync(RegistryDbContext registry, Plugin plugin, CancellationToken cancel) =>
        registry.PluginConfigs.Where(c => c.PluginName == plugin.Name).ToListAsync(cancel);

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static Outcome<PluginRow>.Invalid Taken(string name) =>
        new(nameof(PluginForm.Name), $"A plugin named {name} already exists. Plugins are required by name, so names must be unique.");

    private async Task<Outcome<PluginRow>> AddAsync(RegistryDbContext registry, PluginForm form, CancellationToken cancel)
    {
        var name = form.Name.Trim();
        if (await IsTakenAsync(registry, name, null, cancel))
        {
            return Taken(name);
        }

        var plugin = new Plugin
        {
            Name = name,
            IsEnabled = form.IsEnabled,
            CreatedAt = writes.Now,
            UpdatedAt = writes.Now,
        };
        Put(form, plugin);
        registry.Add(plugin);
        return await writes.SaveAsync(registry, plugin, cancel);
    }

    private async Task<Outcome<PluginRow>.Invalid?> ChangeAsync(
        RegistryDbContext registry,
        Plugin plugin,
        PluginForm form,
        CancellationToken cancel
    )
    {
        var graph = await DependencyReader.ReadAsync(registry, cancel);
        var name = form.Name.Trim();
        if (name != plugin.Name && await RefuseNameAsync(registry, graph, plugin, name, cancel) is { } refused)
        {
            return refused;
        }

        var plan = SwitchPlan.Of(graph, NodeId.Of(NodeKind.Plugin, plugin.Id), form.IsEnabled);
        if (form.IsEnabled != plugin.IsEnabled && plan.RefusalAlone is { } reason)
        {
            return new(nameof(form.IsEnabled), reason);
        }

        foreach (var key in name == plugin.Name ? [] : await KeysAsync(registry, plugin, cancel))
        {
            key.PluginName = name;
        }

        await KeepVersionAsync(registry, plugin, Empty(form.PluginVersion), cancel);
        (plugin.Name, plugin.IsEnabled) = (name, form.IsEnabled);
        Put(form, plugin);
        return null;
    }

    private static async Task<Outcome<PluginRow>.Invalid?> RefuseNameAsync(
        RegistryDbContext registry,
        DependencyGraph graph,
        Plugin plugin,
        string name,
        CancellationToken cancel
    )
    {
        var users = graph
            .UsersOf(NodeId.Of(NodeKind.Plugin, plugin.Id))
            .Select(edge => graph.Find(edge.FromNode)!)
            .Where(user => user.Kind == NodeKind.Plugin)
            .Distinct()
            .ToList();
        return await IsTakenAsync(registry, name, plugin.Id, cancel) ? Taken(name)
            : users.Count > 0 && !PluginDependencies.Same(name, plugin.Name)
                ? new(
                    nameof(PluginForm.Name),
                    $"The plugin is required under this name by {PluginLabels.Named(users)}. Change their dependencies first."
                )
            : null;
    }

    private static void Put(PluginForm form, Plugin plugin)
    {
        plugin.Type = form.Type;
        plugin.PluginVersion = Empty(form.PluginVersion);
        plugin.Description = Empty(form.Description);
        if (!JsonNode.DeepEquals(PluginLabels.Parse(plugin.Config), form.Config))
        {
            plugin.Config = form.Config?.ToJsonString();
        }

        var needed = PluginDependencies.Write(form.Needed());
        if (!JsonNode.DeepEquals(PluginLabels.Parse(plugin.Dependencies), PluginLabels.Parse(needed)))
        {
            plugin.Dependencies = needed;
        }
    }
}

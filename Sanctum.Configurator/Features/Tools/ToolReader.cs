using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Reads the tools of the registry and their instances.</summary>
public sealed class ToolReader(IDbContextFactory<RegistryDbContext> registries, ToolKinds kinds)
{
    public const string Master = "master";
    public const string Smcp = "smcp";

    /// <summary>So many instances are looked through for one that can be run.</summary>
    private const int MostLooked = 500;

    private static readonly Sorts<Tool> Sorts = new Sorts<Tool>("tools", t => t.Id)
        .By("name", t => t.Name)
        .By("status", t => t.Status)
        .By("updated", t => t.UpdatedAt);

    private static readonly Sorts<ToolInstance> InstanceSorts = new Sorts<ToolInstance>("tool_instances", i => i.Id).By(
        "name",
        i => i.Name
    );

    /// <summary>Some of the tools, by name. The search finds names, descriptions and categories.</summary>
    public async Task<PageOf<ToolRow>> PageAsync(ToolFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var tools = Of(registry, filter);
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            tools = tools.Where(t =>
                t.Name.ToUpper().Contains(words) || (t.Description ?? "").ToUpper().Contains(words) || t.Category.ToUpper().Contains(words)
            );
#pragma warning restore CA1304, CA1311, CA1862
        }

        var found = await Sorts.ReadAsync(tools, page, cancel);
        return found.As(await RowsAsync(registry, found.Items, cancel));
    }

    /// <summary>The agents that have tools, or whose name is a category of some; by name.</summary>
    public async Task<IReadOnlyList<ToolTab>> TabsAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var owners = registry
            .Agents.AsNoTracking()
            .Where(a => registry.ToolInstances.Any(i => i.AgentId == a.Id)
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's lower(), which takes no culture.
                || registry.Tools.Any(t => t.Category == a.Name.ToLower()));
#pragma warning restore CA1304, CA1311, CA1862
        return
        [
            .. (
                await owners.OrderBy(a => a.Name).ThenBy(a => a.Id).Select(a => new { a.Id, a.Name }).Take(ToolTab.Most).ToListAsync(cancel)
            ).Select(a => new ToolTab(a.Id, a.Name)),
        ];
    }

    public async Task<ToolRow?> FindRowAsync(int id, CancellationToken cancel) => (await FindAsync(id, cancel))?.Tool;

    public async Task<ToolView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Tools.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancel) is not { } tool
            ? null
            : new(
                (await RowsAsync(registry, [tool], cancel))[0],
                tool.ToolVersion,
                tool.ConfigSchema is null ? null : ParseNode(tool.ConfigSchema)
            );
    }

    /// <summary>Instances, by name.</summary>
    public async Task<PageOf<InstanceRow>> InstancesAsync(int? toolId, int? agentId, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var rows = registry
            .ToolInstances.AsNoTracking()
            .Where(i => toolId == null || i.ToolId == toolId)
            .Where(i => agentId == null || i.AgentId == agentId);
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            rows = rows.Where(i => i.Name.ToUpper().Contains(words));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var found = await InstanceSorts.ReadAsync(rows, page, cancel);
        return found.As(await InstanceRowsAsync(registry, found.Items, cancel));
    }

    public async Task<InstanceRow?> FindInstanceAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return (
            await InstanceRowsAsync(
                registry,
                await registry.ToolInstances.AsNoTracking().Where(i => i.Id == id).ToListAsync(cancel),
                cancel
            )
        ).SingleOrDefault();
    }

    /// <summary>Former versions of a tool, newest first.</summary>
    public async Task<IReadOnlyList<ToolVersionRow>> VersionsAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return
        [
            .. (
                await registry.Set<ToolVersion>().AsNoTracking().Where(v => v.ToolId == id).OrderByDescending(v => v.Id).ToListAsync(cancel)
            ).Select(v => new ToolVersionRow(
                v.Label,
                v.Description,
                v.ConfigSchema is null ? null : ParseNode(v.ConfigSchema),
                v.CreatedAt
            )),
        ];
    }

    /// <summary>Agents whose names have a part, by name.</summary>
    public async Task<IReadOnlyList<ToolTab>> AgentsAsync(string? search, int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agents = registry.Agents.AsNoTracking();
        if (search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            agents = agents.Where(a => a.Name.ToUpper().Contains(words));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return
        [
            .. (
                await agents.OrderBy(a => a.Name).ThenBy(a => a.Id).Take(most).Select(a => new { a.Id, a.Name }).ToListAsync(cancel)
            ).Select(a => new ToolTab(a.Id, a.Name)),
        ];
    }

    internal async Task<IReadOnlyList<ToolRow>> RowsAsync(RegistryDbContext registry, IReadOnlyList<Tool> tools, CancellationToken cancel)
    {
        var ids = tools.Select(t => t.Id).ToList();
        var active = registry.ToolInstances.AsNoTracking().Where(i => i.IsActive);

        // Tool by tool: grouped, SQLite would go through the instances of all tools.
        var summaries = await registry
            .Tools.Where(t => ids.Contains(t.Id))
            .Select(t => new
            {
                t.Id,
                First = active.Where(i => i.ToolId == t.Id && i.Config != null).OrderBy(i => i.Id).Select(i => (int?)i.Id).FirstOrDefault(),
                LastRun = active.Where(i => i.ToolId == t.Id).Max(i => i.LastRun),
            })
            .ToDictionaryAsync(t => t.Id, cancel);
        var runnable = await RunnableAsync(active, summaries.Values.Select(g => g.First).OfType<int>().ToList(), cancel);
        return
        [
            .. tools.Select(tool =>
            {
                var (instance, target) = runnable.GetValueOrDefault(tool.Id);
                return new ToolRow(
                    tool.Id,
                    tool.Name,
                    tool.Emoji,
                    tool.Description,
                    tool.Category,
                    tool.ToolType,
                    tool.Status,
                    tool.IsEnabled,
                    instance,
                    target,
                    summaries.GetValueOrDefault(tool.Id)?.LastRun,
                    tool.UpdatedAt,
                    tool.Version
                );
            }),
        ];
    }

    internal async Task<IReadOnlyList<InstanceRow>> InstanceRowsAsync(
        RegistryDbContext registry,
        IReadOnlyList<ToolInstance> instances,
        CancellationToken cancel
    )
    {
        var agents = instances.Select(i => i.AgentId).OfType<int>().Distinct().ToList();
        var names = await registry
            .Agents.AsNoTracking()
            .Where(a => agents.Contains(a.Id))
            .ToDictionaryAsync(a => a.Id, a => a.Name, cancel);
        return
        [
            .. instances.Select(i => new InstanceRow(
                i.Id,
                i.ToolId,
                i.AgentId,
                i.AgentId is { } agent ? names.GetValueOrDefault(agent) : null,
                i.Name,
                i.Status,
                i.IsActive,
                JsonText.FindObject(i.Config),
                kinds.Find(i.Config) is { } found ? found.Kind.TargetOf(found.Config) : null,
                i.LastRun,
                LastResult.Find(i.LastResult),
                i.NextRun,
                i.Version
            )),
        ];
    }

    /// <summary>
    /// Tool → the instance that is run for it and what that is aimed at. It is nearly always the first one, so the others are read only
    /// where
    /// that can't be run, and not all of them: a tool may have a hundred thousand.
    /// </summary>
    private async Task<Dictionary<int, (int? Instance, string? Target)>> RunnableAsync(
        IQueryable<ToolInstance> active,
        List<int> firsts,
        CancellationToken cancel
    )
    {
        var found = new Dictionary<int, (int? Instance, string? Target)>();
        void Add(IEnumerable<ToolInstance> instances)
        {
            foreach (var instance in instances.Where(i => !found.ContainsKey(i.ToolId)))
            {
                if (kinds.Find(instance.Config) is { } known)
                {
                    found[instance.ToolId] = (instance.Id, known.Kind.TargetOf(known.Config));
                }
            }
        }

        var begin = await active.Where(i => firsts.Contains(i.Id)).ToListAsync(cancel);
        Add(begin);
        var open = begin.Select(i => i.ToolId).Where(id => !found.ContainsKey(id)).ToList();
        if (open.Count > 0)
        {
            Add(
                await active.Where(i => open.Contains(i.ToolId) && i.Config != null).OrderBy(i => i.Id).Take(MostLooked).ToListAsync(cancel)
            );
        }

        return found;
    }

    private static IQueryable<Tool> Of(RegistryDbContext registry, ToolFilter filter)
    {
        var tools = registry
            .Tools.AsNoTracking()
            .Where(t => filter.Type == null || t.ToolType == filter.Type)
            .Where(t => filter.IsEnabled == null || t.IsEnabled == filter.IsEnabled);
        return filter.AgentId is { } agent
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's lower(), which takes no culture.
            ? tools.Where(t =>
                registry.ToolInstances.Any(i => i.ToolId == t.Id && i.AgentId == agent)
                || registry.Agents.Any(a => a.Id == agent && a.Name.ToLower() == t.Category)
            )
#pragma warning restore CA1304, CA1311, CA1862
            : tools.Where(t => filter.Category == null || t.Category == filter.Category);
    }

    private static JsonNode? ParseNode(string text) => JsonText.Parse(text) is (var node, null) ? node : JsonValue.Create(text);
}

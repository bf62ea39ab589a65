using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>A plugin of the installation that the registry does not know.</summary>
/// <param name="Known">The plugin of the registry that has this name and lies nowhere yet: adopting says where.</param>
public sealed record NewPlugin(
    string Folder,
    string Name,
    string Type,
    string Source,
    string? PluginVersion,
    string? Description,
    int? Known
);

/// <summary>A plugin of the registry, compared.</summary>
/// <param name="Changes">What it says that was not approved; none where it is gone.</param>
/// <param name="IsHeld">This was found before, and waits for approval.</param>
public sealed record ComparedPlugin(int Id, string Name, string Folder, IReadOnlyList<DescriptionChange> Changes, bool IsHeld);

/// <summary>The plugins of the installation beside those of the registry.</summary>
/// <param name="Root">The folder of the installation.</param>
/// <param name="Notes">What could not be looked at, in sentences.</param>
public sealed record ScanResult(
    string Root,
    IReadOnlyList<NewPlugin> New,
    IReadOnlyList<ComparedPlugin> Changed,
    IReadOnlyList<ComparedPlugin> Gone,
    int Same,
    IReadOnlyList<string> Notes
);

/// <summary>The rows that were made or changed.</summary>
public sealed record AdoptedPlugins(IReadOnlyList<int> Ids);

/// <summary>
/// Compares the plugins that lie in the installation with those of the registry, and takes them in. Nothing of them is run.
/// </summary>
public sealed partial class PluginScan(
    IDbContextFactory<RegistryDbContext> registries,
    PluginWrites writes,
    EffectiveSettings settings,
    IOptions<PluginOptions> options,
    OperatorFiles files,
    TimeProvider clock,
    ILogger<PluginScan> log
)
{
    private const int LongestName = 255;

    /// <summary>Compares; the registry is not changed.</summary>
    public async Task<Outcome<ScanResult>> ScanAsync(CancellationToken cancel)
    {
        if (await writes.RefuseAsync<ScanResult>(Policies.OperateRegistry) is { } mayNot)
        {
            return mayNot;
        }

        var (root, found, notes, unreadable, problem) = await WalkAsync(cancel);
        if (problem is not null)
        {
            return new Outcome<ScanResult>.Invalid("", problem);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var result = Compare(
            root,
            found,
            await registry.Plugins.AsNoTracking().OrderBy(p => p.Name).ThenBy(p => p.Id).ToListAsync(cancel),
            notes,
            unreadable
        );
        LogScanned(found.Count, result.New.Count, result.Changed.Count, result.Gone.Count);
        return new Outcome<ScanResult>.Ok(result);
    }

    /// <summary>Takes in what lies in these folders now: new ones as they are; what changed is held until it is approved.</summary>
    public async Task<Outcome<AdoptedPlugins>> AdoptAsync(IReadOnlyList<string>? folders, CancellationToken cancel)
    {
        var wanted = (folders ?? []).Where(folder => !string.IsNullOrWhiteSpace(folder)).Distinct().ToList();
        if (wanted.Count == 0)
        {
            return Refuse("Give the folders of the plugins.");
        }

        if (await writes.RefuseAsync<AdoptedPlugins>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        var (_, found, _, _, problem) = await WalkAsync(cancel);
        return problem is not null ? Refuse(problem)
            : wanted.Find(folder => !found.Any(plugin => plugin.Folder == folder)) is { } missing
                ? Refuse($"No plugin found in {missing}. Scan again.")
            : await writes.CreateAsync(
                registry => TakeAsync(registry, [.. found.Where(plugin => wanted.Contains(plugin.Folder))], cancel),
                cancel
            );
    }

    /// <summary>The plugin that lies in a folder of the installation now; null, with the reason, where none does.</summary>
    internal async Task<(FoundPlugin? Found, string Path, string? Problem)> ReadAsync(string folder, CancellationToken cancel)
    {
        var root = Folders.Real(Folders.Expand(await RootAsync(cancel)));
        var path = Folders.Real(Path.Join(root, folder));
        return !Folders.IsInside(path, root) ? (null, path, $"{folder} is outside the Sanctum folder {root}, so the plugin is not run.")
            : !Directory.Exists(path) ? (null, path, $"The folder {folder} no longer exists. Scan again.")
            : new PluginWalk(root, files, clock, options.Value.ScanPatience).Read(path) is { } found ? (found, path, null)
            : (null, path, $"No plugin found in {folder} any more. Scan again.");
    }

    private static ScanResult Compare(
        string root,
        IReadOnlyList<FoundPlugin> found,
        IReadOnlyList<Plugin> plugins,
        IReadOnlyList<string> notes,
        IReadOnlySet<string> unreadable
    )
    {
        var byFolder = plugins.Where(plugin => plugin.Folder is not null).ToLookup(plugin => plugin.Folder!);
        var folders = found.Select(plugin => plugin.Folder).ToHashSet();
        var known = (
            from plugin in found
            where !unreadable.Contains(plugin.Folder)
            from row in byFolder[plugin.Folder].Take(1)
            select (plugin, row)
        ).ToList();
        var compared = known.Select(pair => Compared(pair.row, pair.plugin)).ToList();
        return new(
            root,
            [.. from plugin in found where !byFolder.Contains(plugin.Folder) select NewOf(plugin, HomelessOf(plugins, plugin))],
            [.. compared.Where(plugin => plugin.Changes.Count > 0)],
            [
                .. from row in plugins
                where row.Folder is not null && !folders.Contains(row.Folder) && !unreadable.Contains(row.Folder)
                select new ComparedPlugin(row.Id, row.Name, row.Folder!, [], false),
            ],
            compared.Count(plugin => plugin.Changes.Count == 0),
            notes
        );
    }

    private static NewPlugin NewOf(FoundPlugin plugin, Plugin? known) =>
        new(
            plugin.Folder,
            plugin.Name,
            plugin.Type,
            plugin.Description.Source,
            plugin.Description.Version,
            plugin.Description.Description,
            known?.Id
        );

    private static ComparedPlugin Compared(Plugin row, FoundPlugin plugin)
    {
        var approved = PluginDescription.Find(row.Described);
        var now = plugin.Description with { Answer = (PluginDescription.Find(row.Found) ?? approved)?.Answer };
        return new(row.Id, row.Name, row.Folder!, PluginDescription.Between(approved, now), now.Says(PluginDescription.Find(row.Found)));
    }

    /// <summary>Somebody wrote it into the registry without saying where it lies.</summary>
    private static Plugin? HomelessOf(IEnumerable<Plugin> plugins, FoundPlugin found) =>
        plugins.FirstOrDefault(plugin => plugin.Folder is null && PluginDependencies.Same(plugin.Name, found.Name));

    private static Outcome<AdoptedPlugins>.Invalid Refuse(string reason) => new(nameof(AdoptPluginsForm.Folders), reason);

    /// <summary>Each agent's Broca has plugins of the same names: the later ones are called after their folders too.</summary>
    private static async Task<string> NameAsync(RegistryDbContext registry, FoundPlugin found, CancellationToken cancel)
    {
        var home = Path.GetDirectoryName(Path.GetDirectoryName(found.Folder))?.Replace(Path.DirectorySeparatorChar, '/');
        var name = await PluginService.IsTakenAsync(registry, found.Name, null, cancel)
            ? $"{found.Name} ({(string.IsNullOrEmpty(home) ? found.Folder : home)})"
            : found.Name;
        return name[..Math.Min(name.Length, LongestName)];
    }

    private static void Describe(Plugin plugin, PluginDescription description)
    {
        plugin.Described = description.ToJson();
        plugin.Description ??= description.Description;
        plugin.PluginVersion ??= description.Version is { Length: <= 64 } version ? version : null;
        plugin.Dependencies ??= PluginDependencies.Keep(description.Manifest?["dependencies"]);
    }

    private async Task<Outcome<AdoptedPlugins>> TakeAsync(
        RegistryDbContext registry,
        IReadOnlyList<FoundPlugin> found,
        CancellationToken cancel
    )
    {
        var ids = new List<int>();
        foreach (var plugin in found)
        {
            var rows = await registry.Plugins.OrderBy(p => p.Id).ToListAsync(cancel);
            var row = rows.Find(row => row.Folder == plugin.Folder);
            if (row is not null)
            {
                var compared = Compared(row, plugin);
                if (compared.Changes.Count == 0)
                {
                    return Refuse($"{row.Name} is already in the registry. Scan again.");
                }

                row.Found = (
                    plugin.Description with
                    {
                        Answer = (PluginDescription.Find(row.Found) ?? PluginDescription.Find(row.Described))?.Answer,
                    }
                ).ToJson();
            }
            else
            {
                row =
                    HomelessOf(rows, plugin)
                    ?? registry
                        .Add(
                            new Plugin
                            {
                                Name = await NameAsync(registry, plugin, cancel),
                                Type = plugin.Type,
                                CreatedAt = writes.Now,
                                UpdatedAt = writes.Now,
                            }
                        )
                        .Entity;
                row.Folder = plugin.Folder;
                Describe(row, plugin.Description);
            }

            registry.Reason = $"Found in {plugin.Folder}";
            if (await writes.SaveAsync(registry, row, cancel) is Outcome<PluginRow>.Invalid refused)
            {
                return Refuse($"{row.Name}: {refused.Reasons.Values.First()}");
            }

            ids.Add(row.Id);
        }

        return new Outcome<AdoptedPlugins>.Ok(new(ids));
    }

    private async Task<string> RootAsync(CancellationToken cancel) => (await settings.ReadAsync(cancel))["sanctum_base_path"].Value ?? "";

    private async Task<(
        string Root,
        IReadOnlyList<FoundPlugin> Found,
        IReadOnlyList<string> Notes,
        IReadOnlySet<string> Unreadable,
        string? Problem
    )> WalkAsync(CancellationToken cancel)
    {
        var root = await RootAsync(cancel);
        if (root.Length == 0)
        {
            return ("", [], [], new HashSet<string>(), "The Sanctum folder is not set. Set it in the system settings, under Paths.");
        }

        try
        {
            var walk = new PluginWalk(root, files, clock, options.Value.ScanPatience);
            return (root, await Task.Run(() => walk.Run(cancel), cancel), walk.Notes, walk.Unreadable, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (
                root,
                [],
                [],
                new HashSet<string>(),
                $"The Sanctum folder {root} was not found or can't be read. Set its path in the system settings."
            );
        }
    }

    [LoggerMessage(LogLevel.Information, "{Found} plugins found in the installation: {New} new, {Changed} changed, {Gone} gone")]
    private partial void LogScanned(int found, int @new, int changed, int gone);
}

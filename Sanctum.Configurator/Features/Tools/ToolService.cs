using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Adds, changes, switches and deletes tools.</summary>
public sealed class ToolService(ToolWrites writes, TimeProvider clock)
{
    /// <summary>Adds a tool, or changes one. What it was before a new version or schema is kept among its versions.</summary>
    public Task<Outcome<ToolRow>> SaveAsync(ToolForm form, CancellationToken cancel)
    {
        var reasons = ToolRules.Check(form);
        var schema = form.ConfigSchema?.ToJsonString();
        if (reasons.Count > 0)
        {
            return Task.FromResult<Outcome<ToolRow>>(new Outcome<ToolRow>.Invalid(reasons));
        }

        return form.Id == 0
            ? writes.AddAsync(
                new()
                {
                    Name = form.Name.Trim(),
                    CreatedAt = clock.GetUtcNow(),
                    UpdatedAt = clock.GetUtcNow(),
                },
                tool => Put(form, schema, tool),
                cancel
            )
            : writes.WriteAsync(
                form.Id,
                Policies.WriteRegistry,
                form.Version,
                async (registry, tool) =>
                {
                    if (tool.ToolVersion != Empty(form.ToolVersion) || tool.ConfigSchema != schema)
                    {
                        await KeepVersionAsync(registry, tool, cancel);
                    }

                    Put(form, schema, tool);
                    return null;
                },
                cancel
            );
    }

    /// <summary>Lets a tool be run, or not.</summary>
    public Task<Outcome<ToolRow>> EnableAsync(int id, bool isEnabled, CancellationToken cancel) =>
        writes.WriteAsync(
            id,
            Policies.OperateRegistry,
            null,
            (_, tool) =>
            {
                tool.IsEnabled = isEnabled;
                return Task.FromResult<Outcome<ToolRow>.Invalid?>(null);
            },
            cancel
        );

    /// <summary>Deletes a tool with its instances, its links to plugins and their configurations.</summary>
    /// <param name="version">Null for whichever it is.</param>
    public Task<Outcome<ToolRow>> DeleteAsync(int id, int? version, CancellationToken cancel) =>
        writes.WriteAsync(
            id,
            Policies.WriteRegistry,
            version,
            async (registry, tool) =>
            {
                var instances = await registry.ToolInstances.Where(i => i.ToolId == id).ToListAsync(cancel);
                var ids = instances.Select(i => (int?)i.Id).ToList();
                if (
                    await registry
                        .ScheduledJobs.Where(j => ids.Contains(j.ToolInstanceId))
                        .Select(j => j.Name)
                        .FirstOrDefaultAsync(cancel) is
                    { } job
                )
                {
                    return new("", $"The job {job} uses it. Delete that job first.");
                }

                // The database would take the links and versions away by itself, but not into the history.
                registry.RemoveRange(
                    await registry
                        .Configurations.Where(c =>
                            (c.Scope == "instance" && ids.Contains(c.ScopeId)) || (c.Scope == "tool" && c.ScopeId == id)
                        )
                        .ToListAsync(cancel)
                );
                await PluginLinks.RemoveOfToolAsync(registry, id, cancel);
                registry.RemoveRange(await registry.Set<ToolVersion>().Where(v => v.ToolId == id).ToListAsync(cancel));
                registry.RemoveRange(instances);
                registry.Remove(tool);
                return null;
            },
            cancel
        );

    private static void Put(ToolForm form, string? schema, Tool tool)
    {
        (tool.Name, tool.Emoji, tool.Description) = (form.Name.Trim(), Empty(form.Emoji), Empty(form.Description));
        (tool.Category, tool.ToolType) = (form.Category.Trim().ToLowerInvariant(), form.ToolType);
        (tool.ToolVersion, tool.ConfigSchema) = (Empty(form.ToolVersion), schema);
    }

    private async Task KeepVersionAsync(RegistryDbContext registry, Tool tool, CancellationToken cancel)
    {
        var labels = await registry.Set<ToolVersion>().Where(v => v.ToolId == tool.Id).Select(v => v.Label).ToListAsync(cancel);
        var label = tool.ToolVersion ?? $"change {tool.Version}";
        for (var number = 2; labels.Contains(label); number++)
        {
            label = $"{tool.ToolVersion ?? $"change {tool.Version}"} ({number})";
        }

        var now = clock.GetUtcNow();
        registry.Add(
            new ToolVersion
            {
                ToolId = tool.Id,
                Label = label,
                Description = tool.Description,
                ConfigSchema = tool.ConfigSchema,
                CreatedAt = now,
                UpdatedAt = now,
            }
        );
    }

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>Something that a template can be made of.</summary>
public sealed record TemplateSource(int Id, string Name);

/// <summary>Makes templates of what is there. Secrets are left out: they become variables.</summary>
public sealed partial class TemplateMaker(IDbContextFactory<RegistryDbContext> registries, TemplateService templates)
{
    private const string NameVariable = "name";

    private static readonly string[] Declared = ["description", "model", "embedding", "system", "tags", "tools", "blocks"];

    /// <summary>The agents, or the tools with an instance, by name.</summary>
    public async Task<IReadOnlyList<TemplateSource>> SourcesAsync(string kind, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return kind == TemplateContent.Agent
            ? await registry.Agents.OrderBy(a => a.Name).ThenBy(a => a.Id).Select(a => new TemplateSource(a.Id, a.Name)).ToListAsync(cancel)
            : await registry.Tools.OrderBy(t => t.Name).ThenBy(t => t.Id).Select(t => new TemplateSource(t.Id, t.Name)).ToListAsync(cancel);
    }

    public async Task<Outcome<TemplateRow>> FromAgentAsync(int id, SaveAsForm form, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel) is { } agent
            ? await SaveAsync(TemplateContent.Agent, agent.Name, agent.Description, PartOf(agent), [], form, cancel)
            : new Outcome<TemplateRow>.NotFound();
    }

    /// <summary>Of a tool and its first active instance.</summary>
    public async Task<Outcome<TemplateRow>> FromToolAsync(int id, SaveAsForm form, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Tools.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancel) is not { } tool)
        {
            return new Outcome<TemplateRow>.NotFound();
        }

        var instance = await registry
            .ToolInstances.AsNoTracking()
            .Where(i => i.ToolId == id && i.IsActive)
            .OrderBy(i => i.Id)
            .FirstOrDefaultAsync(cancel);
        var secrets = new List<TemplateVariable>();
        var part = PartOf(tool, instance, secrets);
        return await SaveAsync(TemplateContent.Tool, tool.Name, tool.Description, part, secrets, form, cancel);
    }

    private static JsonObject PartOf(Agent agent)
    {
        var config = TemplateContent.Parse(agent.Config) ?? [];
        var part = new JsonObject { ["description"] = agent.Description };
        foreach (var key in Declared.Where(key => config[key] is not null))
        {
            part[key] = config[key]!.DeepClone();
        }

        return part;
    }

    private static JsonObject PartOf(Tool tool, ToolInstance? instance, List<TemplateVariable> secrets)
    {
        var part = new JsonObject
        {
            ["emoji"] = tool.Emoji,
            ["description"] = tool.Description,
            ["tool_type"] = tool.ToolType,
        };
        if (TemplateContent.Parse(tool.ConfigSchema) is { } schema)
        {
            part["config_schema"] = schema;
        }

        if (TemplateContent.Parse(instance?.Config) is { } config)
        {
            config.Remove("secrets");
            var names = SecretPlaceholder.NamesIn(config);
            secrets.AddRange(names.Select(name => new TemplateVariable(name, $"Secret {name}", Required: true, Secret: true)));
            part["config"] = SecretPlaceholder.Fill(config, names.ToDictionary(name => name, name => $"{{{{{name}}}}}"));
        }

        return part;
    }

    private async Task<Outcome<TemplateRow>> SaveAsync(
        string kind,
        string name,
        string? description,
        JsonObject part,
        IReadOnlyList<TemplateVariable> secrets,
        SaveAsForm form,
        CancellationToken cancel
    )
    {
        foreach (var nothing in part.Where(key => key.Value is null).Select(key => key.Key).ToList())
        {
            part.Remove(nothing);
        }

        // What looks like a placeholder already stays what it is, unless somebody says otherwise when the template is applied.
        var found = TemplateContent.TextsIn(part).SelectMany(TemplateContent.NamesIn).Distinct().ToList();
        var own = found.Contains(NameVariable)
            ? Enumerable.Range(2, found.Count).Select(number => $"{NameVariable}_{number}").First(free => !found.Contains(free))
            : NameVariable;
        part.Insert(0, "name", $"{{{{{own}}}}}");
        IEnumerable<TemplateVariable> variables =
        [
            new(own, "Name", name, Required: true),
            .. secrets,
            .. found
                .Where(other => secrets.All(secret => secret.Name != other))
                .Select(other => new TemplateVariable(other, Default: $"{{{{{other}}}}}")),
        ];
        return await templates.CreateAsync(
            new()
            {
                Name = string.IsNullOrWhiteSpace(form.Name) ? name : form.Name,
                Kind = kind,
                Description = string.IsNullOrWhiteSpace(form.Description) ? description : form.Description,
                Content = TemplateContent.Write(kind, variables, part),
            },
            cancel
        );
    }
}

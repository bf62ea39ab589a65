using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Adds the tool of a template with one instance, by the rules of <see cref="ToolRules"/>.</summary>
internal sealed partial class ToolFromTemplate(
    IDbContextFactory<RegistryDbContext> registries,
    ToolRules rules,
    InstanceSecrets secrets,
    JobRights rights,
    TimeProvider clock,
    ILogger<ToolFromTemplate> log
) : ITemplateTarget
{
    private const int LongestCategory = 64;

    public string Kind => TemplateContent.Tool;

    public async Task<Outcome<AppliedTemplate>> MakeAsync(FilledTemplate filled, bool isDryRun, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agent = filled.AgentId is { } wanted
            ? await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == wanted, cancel)
            : null;
        if (filled.AgentId is not null && agent is null)
        {
            return new Outcome<AppliedTemplate>.Invalid(nameof(ApplyForm.AgentId), "Agent not found.");
        }

        IReadOnlyList<string> names = [.. filled.Secrets.Keys];
        if (filled.Part["config"] is JsonObject config && (names.Count > 0 || config["kind"]?.ToString() == "http"))
        {
            // A request names its secrets, even where it has none.
            config["secrets"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
        }

        var tool = DraftOf(TemplateContent.Typed<ToolPart>(filled.Part), agent?.Name);
        var given = filled.Secrets.Where(secret => secret.Value is not null).ToDictionary(secret => secret.Key, secret => secret.Value!);
        if (rules.Check(tool, given) is { Count: > 0 } unfit)
        {
            return new Outcome<AppliedTemplate>.Invalid(
                nameof(ApplyForm.Values),
                $"The tool can't be created. {string.Join(" ", unfit.Select(each => $"{each.Key}: {each.Value}"))}"
            );
        }

        return isDryRun
            ? new Outcome<AppliedTemplate>.Ok(new(Kind, null, tool.Name, filled.Part, names))
            : await AddAsync(registry, tool, filled, cancel);
    }

    private static DraftedTool DraftOf(ToolPart part, string? agent)
    {
        var category = agent?.ToLowerInvariant() is { } whose
            ? whose[..Math.Min(whose.Length, LongestCategory)]
            : Given(part.Category) ?? "master";
        return new(
            part.Name.Trim(),
            Given(part.Emoji),
            Given(part.Description),
            category,
            Given(part.ToolType) ?? "service",
            part.ConfigSchema,
            part.Config
        );
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task<Outcome<AppliedTemplate>> AddAsync(
        RegistryDbContext registry,
        DraftedTool draft,
        FilledTemplate filled,
        CancellationToken cancel
    )
    {
        var now = clock.GetUtcNow();
        await registry.BeginWritingAsync(cancel);
        var tool = new Tool
        {
            Name = draft.Name,
            Emoji = draft.Emoji,
            Description = draft.Description,
            Category = draft.Category,
            ToolType = draft.ToolType,
            ConfigSchema = draft.ConfigSchema?.ToJsonString(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        registry.Add(tool);
        await registry.SaveChangesAsync(cancel);
        var instance = new ToolInstance
        {
            ToolId = tool.Id,
            AgentId = filled.AgentId,
            Name = tool.Name,
            Config = draft.Config?.ToJsonString(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        registry.Add(instance);
        if (await rights.WhyNotAsync(registry, cancel) is { } why)
        {
            return new Outcome<AppliedTemplate>.Invalid(nameof(ApplyForm.Values), why);
        }

        await registry.SaveChangesAsync(cancel);
        await secrets.WriteAsync(registry, instance, filled.Secrets, cancel);
        await registry.CommitWritingAsync(cancel);
        LogAdded(tool.Id);
        return new Outcome<AppliedTemplate>.Ok(new(Kind, tool.Id, tool.Name, filled.Part, [.. filled.Secrets.Keys]));
    }

    [LoggerMessage(LogLevel.Information, "Tool {Tool} was added by a template")]
    private partial void LogAdded(int tool);
}

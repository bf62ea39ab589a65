using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Templates;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>Makes a tool or declares an agent by a template.</summary>
public sealed partial class TemplateApplication(
    IDbContextFactory<RegistryDbContext> registries, TemplateService templates, IToolRules rules, InstanceSecrets secrets, JobRights rights, CurrentUser caller, TimeProvider clock,
    ILogger<TemplateApplication> log)
{
    private const int LongestName = 255;
    private const int LongestWord = 64;
    private const int LongestType = 32;

    /// <param name="isDryRun">Only shows what would be made.</param>
    public async Task<Outcome<AppliedTemplate>> ApplyAsync(string id, ApplyForm form, bool isDryRun, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<AppliedTemplate>.Refused("", "You don't have permission to apply templates.");
        }

        if (await templates.FindAsync(id, cancel) is not { } view)
        {
            return new Outcome<AppliedTemplate>.Missing();
        }

        var (content, problem) = TemplateContent.Read(view.Template.Kind, view.Content);
        if (content is null)
        {
            return new Outcome<AppliedTemplate>.Refused("", $"This template can't be applied. {problem}");
        }

        var (values, open, reason) = ValuesFor(content, form);
        if (reason is not null)
        {
            return new Outcome<AppliedTemplate>.Refused(nameof(form.Values), reason);
        }

        var part = content.Fill(values);
        if (WhyNot(content.Kind, part) is { } unfit)
        {
            return new Outcome<AppliedTemplate>.Refused(nameof(form.Values), unfit);
        }

        return content.Kind == TemplateContent.Tool
            ? await MakeToolAsync(content, part, open, form.AgentId, isDryRun, cancel)
            : await DeclareAgentAsync(part, isDryRun, cancel);
    }

    /// <summary>What stands for each variable in the result, and the secrets apart; or what is missing.</summary>
    private static (IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Secrets, string? Problem) ValuesFor(TemplateContent content, ApplyForm form)
    {
        var given = form.Values ?? new Dictionary<string, string?>();
        var (values, secrets) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        if (given.Keys.Except(content.Variables.Select(variable => variable.Name)).ToList() is { Count: > 0 } unknown)
        {
            return (values, secrets, $"The template has no variable {string.Join(", ", unknown)}.");
        }

        string? ValueOf(TemplateVariable variable) => given.GetValueOrDefault(variable.Name) is { } said && !string.IsNullOrWhiteSpace(said) ? said : variable.Default;
        if (content.Variables.Where(variable => variable.Required && string.IsNullOrWhiteSpace(ValueOf(variable))).Select(variable => variable.Name).ToList() is { Count: > 0 } open)
        {
            return (values, secrets, $"Fill in {string.Join(", ", open)}.");
        }

        foreach (var variable in content.Variables)
        {
            values[variable.Name] = variable.Secret ? SecretPlaceholder.Of(variable.Name) : ValueOf(variable) ?? "";
            if (variable.Secret && ValueOf(variable) is { Length: > 0 } secret)
            {
                secrets[variable.Name] = secret;
            }
        }

        return (values, secrets, null);
    }

    private static string? WhyNot(string kind, JsonObject part)
    {
        if (kind == TemplateContent.Agent)
        {
            var agent = TemplateContent.Typed<AgentPart>(part);
            return WhyName(agent.Name) ?? WhyLong("model", agent.Model, LongestName) ?? WhyLong("embedding", agent.Embedding, LongestName);
        }

        var tool = TemplateContent.Typed<ToolPart>(part);
        return WhyName(tool.Name) ?? WhyLong("emoji", tool.Emoji, LongestType) ?? WhyLong("category", tool.Category, LongestWord) ?? WhyLong("tool_type", tool.ToolType, LongestType);
    }

    private static string? WhyName(string name) => string.IsNullOrWhiteSpace(name) ? "With these values, the name is empty." : WhyLong("name", name, LongestName);

    private static string? WhyLong(string what, string? text, int most) => text?.Length > most ? $"With these values, the {what} has {text.Length} characters; the limit is {most}." : null;

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task<Outcome<AppliedTemplate>> MakeToolAsync(
        TemplateContent content, JsonObject part, IReadOnlyDictionary<string, string> values, int? agentId, bool isDryRun, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agent = agentId is { } wanted ? await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == wanted, cancel) : null;
        if (agentId is not null && agent is null)
        {
            return new Outcome<AppliedTemplate>.Refused(nameof(ApplyForm.AgentId), "Agent not found.");
        }

        var used = TemplateContent.TextsIn(content.Part).SelectMany(TemplateContent.NamesIn).ToHashSet();
        IReadOnlyList<string> names = [.. content.Variables.Where(variable => variable.Secret && used.Contains(variable.Name)).Select(variable => variable.Name)];
        if (part["config"] is JsonObject config && (names.Count > 0 || config["kind"]?.ToString() == "http"))
        {
            // A request names its secrets, even where it has none.
            config["secrets"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
        }

        var filled = TemplateContent.Typed<ToolPart>(part);
        var category = agent?.Name.ToLowerInvariant() is { } whose ? whose[..Math.Min(whose.Length, LongestWord)] : Empty(filled.Category) ?? "master";
        if (rules.Check(new(filled.Name, filled.Emoji, filled.Description, category, Empty(filled.ToolType) ?? "service", filled.ConfigSchema, filled.Config), values) is { Count: > 0 } unfit)
        {
            return new Outcome<AppliedTemplate>.Refused(nameof(ApplyForm.Values), $"The tool can't be created. {string.Join(" ", unfit.Select(each => $"{each.Key}: {each.Value}"))}");
        }

        if (isDryRun)
        {
            return new Outcome<AppliedTemplate>.Done(new(TemplateContent.Tool, null, filled.Name, part, names));
        }

        var now = clock.GetUtcNow();
        await registry.BeginWritingAsync(cancel);
        var tool = new Tool
        {
            Name = filled.Name.Trim(),
            Emoji = Empty(filled.Emoji),
            Description = Empty(filled.Description),
            Category = category,
            ToolType = Empty(filled.ToolType) ?? "service",
            ConfigSchema = filled.ConfigSchema?.ToJsonString(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        registry.Add(tool);
        await registry.SaveChangesAsync(cancel);
        var instance = new ToolInstance { ToolId = tool.Id, AgentId = agentId, Name = tool.Name, Config = filled.Config?.ToJsonString(), CreatedAt = now, UpdatedAt = now };
        registry.Add(instance);
        if (await rights.WhyNotAsync(registry, cancel) is { } why)
        {
            return new Outcome<AppliedTemplate>.Refused(nameof(ApplyForm.Values), why);
        }

        await registry.SaveChangesAsync(cancel);
        await secrets.WriteAsync(registry, instance, names.ToDictionary(name => name, values.GetValueOrDefault), cancel);
        await registry.CommitWritingAsync(cancel);
        LogApplied(TemplateContent.Tool, tool.Id);
        return new Outcome<AppliedTemplate>.Done(new(TemplateContent.Tool, tool.Id, tool.Name, part, names));
    }

    /// <summary>Here only, without an id of Letta: it is to be brought to the server later.</summary>
    private async Task<Outcome<AppliedTemplate>> DeclareAgentAsync(JsonObject part, bool isDryRun, CancellationToken cancel)
    {
        // What came out empty is not declared.
        foreach (var key in part.Where(key => key.Key != "name" && key.Value is JsonValue value && value.TryGetValue<string>(out var text) && string.IsNullOrWhiteSpace(text)).Select(key => key.Key).ToList())
        {
            part.Remove(key);
        }

        var filled = TemplateContent.Typed<AgentPart>(part);
        if (isDryRun)
        {
            return new Outcome<AppliedTemplate>.Done(new(TemplateContent.Agent, null, filled.Name, part, []));
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var config = part.DeepClone().AsObject();
        config.Remove("name");
        var now = clock.GetUtcNow();
        var agent = new Agent { Name = filled.Name.Trim(), Description = filled.Description, Config = config.ToJsonString(), CreatedAt = now, UpdatedAt = now };
        registry.Add(agent);
        await registry.SaveChangesAsync(cancel);
        LogApplied(TemplateContent.Agent, agent.Id);
        return new Outcome<AppliedTemplate>.Done(new(TemplateContent.Agent, agent.Id, agent.Name, part, []));
    }

    [LoggerMessage(LogLevel.Information, "A template was applied: {Kind} {Id}")]
    private partial void LogApplied(string kind, int id);
}

using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Features.Tools.Schemas;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>
/// The rules of tools and instances, in one place for all ways in which they are made: page, API, cURL commands, templates.
/// </summary>
public sealed class ToolRules(ToolKinds kinds)
{
    private const int MostTold = 5;

    /// <summary>What is wrong with a tool, by its fields.</summary>
    public static Dictionary<string, string> Check(ToolForm form)
    {
        var reasons = FormRules.Check(form);
        if (form.ConfigSchema is { } schema && ConfigSchema.Read(schema.ToJsonString()).Problems is { Count: > 0 } problems)
        {
            reasons[nameof(form.ConfigSchema)] = string.Join(
                " ",
                problems.Take(MostTold).Select(problem => $"{(problem.Path.Length > 0 ? $"{problem.Path}: " : "")}{problem.Message}")
            );
        }

        return reasons;
    }

    /// <summary>What is wrong with a configuration, by the places of what is wrong.</summary>
    /// <param name="toolSchema">The tool's own; without one, its kind's counts.</param>
    public Dictionary<string, string> CheckConfig(string? toolSchema, JsonObject? config)
    {
        var problems = new Dictionary<string, string>();
        foreach (var problem in SchemaOf(toolSchema, config)?.Check(config ?? []) ?? [])
        {
            problems.TryAdd($"{nameof(InstanceForm.Config)}{problem.Path}", problem.Message);
        }

        if (config is not null && HttpCall.Find(config) is { } call && Sendable.FaultOfText(call.Url) is { } fault)
        {
            problems.TryAdd($"{nameof(InstanceForm.Config)}/url", fault);
        }

        return problems;
    }

    /// <summary>The schema of a configuration: the tool's own, or its kind's; null where there is none that can be read.</summary>
    public ConfigSchema? SchemaOf(string? toolSchema, JsonObject? config) =>
        kinds.SchemaOf(toolSchema, config) is { } text ? ConfigSchema.Read(text).Schema : null;

    /// <summary>What is wrong with a secret, in a sentence; null where nothing is.</summary>
    public static string? FaultOfSecret(string? value) => value is null ? null : Sendable.FaultOfSecret(value);

    /// <summary>
    /// Why there can't be such a tool: the member, with a JSON pointer where it is inside, and a sentence. Empty where there can.
    /// </summary>
    /// <param name="secrets">Name → value of the secrets that the configuration has placeholders for, as far as they are said.</param>
    public IReadOnlyDictionary<string, string> Check(DraftedTool tool, IReadOnlyDictionary<string, string> secrets)
    {
        var reasons = Check(
            new ToolForm
            {
                Name = tool.Name,
                Emoji = tool.Emoji,
                Description = tool.Description,
                Category = tool.Category,
                ToolType = tool.ToolType,
                ConfigSchema = tool.ConfigSchema?.DeepClone(),
            }
        );
        foreach (
            var (place, reason) in FormRules
                .Check(new InstanceForm { Name = tool.Name, Config = (JsonObject?)tool.Config?.DeepClone() })
                .Concat(CheckConfig(tool.ConfigSchema?.ToJsonString(), tool.Config))
                .Concat(
                    from secret in secrets
                    where FaultOfSecret(secret.Value) is not null
                    select KeyValuePair.Create(secret.Key, FaultOfSecret(secret.Value)!)
                )
        )
        {
            reasons.TryAdd(place, reason);
        }

        return reasons;
    }
}

/// <summary>A tool with one instance, before it is made.</summary>
public sealed record DraftedTool(
    string Name,
    string? Emoji,
    string? Description,
    string Category,
    string ToolType,
    JsonNode? ConfigSchema,
    JsonObject? Config
);

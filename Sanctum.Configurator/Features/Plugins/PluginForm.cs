using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Platform.Versions;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>A plugin as it is made and changed.</summary>
public sealed class PluginForm : IValidatableObject
{
    public static readonly IReadOnlyList<string> Types = ["mcp", "extension", "integration"];

    /// <summary>Null for a plugin that is to be made.</summary>
    [JsonIgnore]
    public int? Id { get; set; }

    /// <summary>The version of the row that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    [TextLimit(Lengths.Name)]
    public string Type { get; set; } = "mcp";

    /// <summary>The plugin's own version.</summary>
    [StringLength(64, ErrorMessage = "A version has at most 64 characters.")]
    public string? PluginVersion { get; set; }

    [TextLimit(Lengths.Description)]
    public string? Description { get; set; }

    public bool IsEnabled { get; set; } = true;

    [TextLimit(Lengths.Document)]
    public JsonNode? Config { get; set; }

    /// <summary>Names with ranges, in any of the ways in which plugins write them.</summary>
    [TextLimit(Lengths.Document)]
    public JsonNode? Dependencies { get; set; }

    [JsonIgnore]
    [TextLimit(Lengths.Document)]
    public string? TypedConfig { get; set; }

    /// <summary>As they are typed: one a line, such as "search ^1.2".</summary>
    [JsonIgnore]
    [TextLimit(Lengths.Document)]
    public string? TypedDependencies { get; set; }

    public static PluginForm Of(PluginView view) =>
        new()
        {
            Id = view.Plugin.Id,
            Version = view.Plugin.Version,
            Name = view.Plugin.Name,
            Type = view.Plugin.Type,
            PluginVersion = view.Plugin.PluginVersion,
            Description = view.Plugin.Description,
            IsEnabled = view.Plugin.IsEnabled,
            TypedConfig = view.Config?.ToJsonString(PluginLabels.Indented),
            TypedDependencies = string.Join('\n', view.Dependencies.Select(needed => PluginDependencies.Line(needed))),
        };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Types.Contains(Type))
        {
            yield return new($"The type must be one of {string.Join(", ", Types)}.", [nameof(Type)]);
        }

        if (Config is not null && PluginLabels.Parse(Config.ToJsonString()) is not JsonObject)
        {
            yield return new("The configuration must be a JSON object with unique keys.", [nameof(Config)]);
        }

        foreach (var problem in DependencyProblems().Take(1))
        {
            yield return new(problem, [nameof(Dependencies)]);
        }
    }

    /// <summary>Takes in what was typed; gives the field and the reason where it can't be read.</summary>
    internal (string Field, string Reason)? ReadTyped()
    {
        var lines = (TypedDependencies ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Dependencies = new JsonArray([.. lines.Select(line => JsonValue.Create(line.TrimEnd(',')))]);
        try
        {
            Config = string.IsNullOrWhiteSpace(TypedConfig) ? null : JsonNode.Parse(TypedConfig);
            return null;
        }
        catch (JsonException e)
        {
            return (
                nameof(TypedConfig),
                $"This is not valid JSON: line {e.LineNumber + 1}, character {e.BytePositionInLine + 1} can't be read."
            );
        }
    }

    internal IReadOnlyList<PluginDependency> Needed() => PluginDependencies.Read(Dependencies).Items;

    private IEnumerable<string> DependencyProblems()
    {
        var reading = PluginDependencies.Read(Dependencies);
        foreach (var problem in reading.Problems)
        {
            yield return problem;
        }

        foreach (var needed in reading.Items)
        {
            if (VersionRanges.Read(needed.Range, needed.Notation, out var fault) is null)
            {
                yield return $"The versions of {needed.Name} can't be read: {fault}.";
            }
        }
    }
}

/// <summary>One key of a plugin's own configuration, as it is set.</summary>
public sealed class PluginKeyForm
{
    [TextLimit(Lengths.Long)]
    public string? Value { get; set; }

    [TextLimit(Lengths.Name)]
    public string Type { get; set; } = "string";

    /// <summary>In a page it is typed; in the API it stands in the address.</summary>
    [JsonIgnore]
    [TextLimit(Lengths.Name)]
    public string Key { get; set; } = "";
}

/// <summary>Who uses a plugin: an agent or a tool.</summary>
public sealed class PluginLinkForm
{
    public int? AgentId { get; set; }

    public int? ToolId { get; set; }
}

/// <summary>Which of the plugins that were found the registry is to know, by their folders.</summary>
internal sealed class AdoptPluginsForm
{
    [TextLimit(Lengths.Line)]
    public IReadOnlyList<string>? Folders { get; set; }
}

using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Platform.Templates;

/// <summary>What a tool and its configuration must be like, whichever way they come in: what the tool's page refuses, no other way makes.</summary>
public interface IToolRules
{
    /// <summary>Why there can't be such a tool: the member, with a JSON pointer where it is inside, and a sentence. Empty where there can.</summary>
    /// <param name="secrets">Name → value of the secrets that the configuration has placeholders for, as far as they are said.</param>
    IReadOnlyDictionary<string, string> Check(DraftedTool tool, IReadOnlyDictionary<string, string> secrets);
}

/// <summary>A tool with one instance, before it is made.</summary>
public sealed record DraftedTool(string Name, string? Emoji, string? Description, string Category, string ToolType, JsonNode? ConfigSchema, JsonObject? Config);

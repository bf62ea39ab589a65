using System.Text.Encodings.Web;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Plugins in words and tones.</summary>
internal static class PluginLabels
{
    public static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What the pages of plugins show.</summary>
    public static readonly string[] ShownTables =
    [
        Tables.Plugins,
        Tables.PluginLinks,
        Tables.PluginConfig,
        Tables.Agents,
        Tables.Tools,
        Tables.ToolInstances,
        Tables.ScheduledJobs,
    ];

    private const int LongestStart = 120;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static Tone ToneOf(PluginStatus status) =>
        status switch
        {
            PluginStatus.Active => Tone.Good,
            PluginStatus.Error => Tone.Bad,
            _ => Tone.Neutral,
        };

    public static Tone ToneOf(string act) =>
        act switch
        {
            "insert" => Tone.Good,
            "delete" => Tone.Bad,
            _ => Tone.Neutral,
        };

    /// <summary>Null for what is no JSON, or says a key twice.</summary>
    public static JsonNode? Parse(string? json)
    {
        try
        {
            return string.IsNullOrWhiteSpace(json) ? null : JsonNode.Parse(json, documentOptions: Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Such as "the plugin search and the tool Lamp"; of many only the first.</summary>
    public static string Named(IReadOnlyList<DependencyNode> nodes)
    {
        const int most = 5;
        var names = nodes.Take(most).Select(node => $"the {node.Title}").ToList();
        var more = nodes.Count - names.Count;
        return more > 0 ? $"{string.Join(", ", names)} and {more} more"
            : names.Count > 1 ? $"{string.Join(", ", names[..^1])} and {names[^1]}"
            : string.Concat(names);
    }

    /// <summary>The beginning of a long text, on one line; a short one as it is.</summary>
    public static string Shortened(string text)
    {
        var line = text.IndexOfAny(['\r', '\n']) is var end and >= 0 ? text[..end] : text;
        return line.Length > LongestStart ? $"{line[..LongestStart]}…"
            : line.Length < text.Length ? $"{line}…"
            : text;
    }

    public static string SourceOf(string source) =>
        source switch
        {
            PluginDescription.Smcp => "SMCP",
            PluginDescription.Broca => "Broca",
            _ => "module",
        };

    public static IReadOnlyList<Change> Shown(IEnumerable<DescriptionChange> changes) =>
        [.. changes.Select(change => new Change(change.Name, change.From, change.To))];
}

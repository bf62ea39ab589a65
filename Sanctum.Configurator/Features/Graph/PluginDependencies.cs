using System.Buffers;
using Sanctum.Configurator.Platform.Versions;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>A plugin that another plugin needs.</summary>
/// <param name="Range">The versions that will do, as they are written; empty for any.</param>
/// <param name="Notation">Whose notation that is.</param>
public sealed record PluginDependency(string Name, string Range, RangeNotation Notation = RangeNotation.Npm);

/// <summary>
/// The JSON of <c>plugins.dependencies</c>. Plugins write it in several ways: <c>["a", "b&gt;=1.2"]</c>, <c>{"a": "^1.0"}</c> and
/// <c>[{"name": "a", "version": "^1.0"}]</c> are all read; the second is how it is written.
/// </summary>
public static class PluginDependencies
{
    private const int LongestName = 255;

    private static readonly SearchValues<char> AfterName = SearchValues.Create(" \t<>=~^!@(");

    /// <param name="Items">Each plugin once. Whether the versions can be read is not looked at.</param>
    /// <param name="Problems">The entries that are not among them, each in a sentence.</param>
    public sealed record Reading(IReadOnlyList<PluginDependency> Items, IReadOnlyList<string> Problems);

    public static Reading Read(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return new([], []);
        }

        try
        {
            return Of(JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false }));
        }
        catch (JsonException)
        {
            return new([], ["The dependencies are not valid JSON."]);
        }
    }

    public static Reading Read(JsonNode? json) => Read(json?.ToJsonString());

    /// <summary>Null where nothing is needed.</summary>
    public static string? Write(IReadOnlyList<PluginDependency> items) =>
        items.Count == 0 ? null
        : items.All(item => VersionRanges.NotationOf(item.Range, isRequirement: false) == item.Notation)
            ? new JsonObject(items.Select(item => KeyValuePair.Create(item.Name, (JsonNode?)JsonValue.Create(item.Range)))).ToJsonString()
        : new JsonArray([.. items.Select(EntryOf)]).ToJsonString();

    /// <summary>
    /// What a plugin says that it needs, to be stored. What can't be read is kept as it is said, so that it is told and not lost.
    /// </summary>
    public static string? Keep(JsonNode? said) => Read(said) is { Problems.Count: > 0 } ? said?.ToJsonString() : Write(Read(said).Items);

    /// <summary>Names of plugins are compared without regard to case.</summary>
    public static bool Same(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>As <see cref="Parse"/> reads it, notation and all.</summary>
    public static string Line(PluginDependency item) =>
        $"{item.Name}{(item.Notation == RangeNotation.Npm && VersionRanges.NotationOf(item.Range, isRequirement: true) == RangeNotation.Python ? "@" : " ")}{item.Range}".TrimEnd();

    /// <summary>Reads "b&gt;=1.2", "b ^1.2" and "b@1.2" too; behind @ stand npm's ranges.</summary>
    public static PluginDependency Parse(string text)
    {
        var end = text.AsSpan().Trim().IndexOfAny(AfterName);
        if (end < 0)
        {
            return new(text.Trim(), "");
        }

        var range = text.Trim()[end..].TrimStart('@', ' ', '(').TrimEnd(')', ' ');
        return new(text.Trim()[..end].Trim(), range, VersionRanges.NotationOf(range, isRequirement: text.Trim()[end] != '@'));
    }

    /// <summary>Python's notation is told by where it stands: behind the name.</summary>
    private static JsonNode EntryOf(PluginDependency item) =>
        item.Notation == RangeNotation.Python && item.Name.AsSpan().IndexOfAny(AfterName) < 0
            ? JsonValue.Create($"{item.Name}{item.Range}")
            : new JsonObject { ["name"] = item.Name, ["version"] = item.Range };

    private static Reading Of(JsonNode? json)
    {
        var (items, problems) = (new List<PluginDependency>(), new List<string>());
        foreach (var (name, range, entry, isRequirement) in Entries(json))
        {
            if (name?.Trim() is not { Length: > 0 and <= LongestName } named)
            {
                problems.Add($"The entry {Shortened(entry)} contains no plugin name.");
            }
            else if (range is null)
            {
                problems.Add($"The version range of {named} must be a text.");
            }
            else if (items.Exists(item => Same(item.Name, named)))
            {
                problems.Add($"{named} appears twice.");
            }
            else
            {
                items.Add(new(named, range.Trim(), VersionRanges.NotationOf(range, isRequirement)));
            }
        }

        return new(items, problems);
    }

    private static IEnumerable<(string? Name, string? Range, JsonNode? Entry, bool IsRequirement)> Entries(JsonNode? json) =>
        json switch
        {
            null => [],
            JsonObject named => named.Select(pair =>
                (Name: (string?)pair.Key, Range: RangeOf(pair.Value), Entry: pair.Value, IsRequirement: false)
            ),
            JsonArray list => list.Select(Entry),
            _ => [(null, null, json, false)],
        };

    private static (string? Name, string? Range, JsonNode? Entry, bool IsRequirement) Entry(JsonNode? entry) =>
        entry switch
        {
            JsonValue value when value.TryGetValue<string>(out var text) && Parse(text) is var parsed => (
                parsed.Name,
                parsed.Range,
                entry,
                parsed.Notation == RangeNotation.Python
            ),
            JsonObject named => (TextOf(named["name"]), RangeOf(named["version"] ?? named["range"]), entry, false),
            _ => (null, null, entry, false),
        };

    private static string? RangeOf(JsonNode? node) =>
        node switch
        {
            null => "",
            JsonObject named => RangeOf(named["version"] ?? named["range"]),
            _ => TextOf(node),
        };

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string Shortened(JsonNode? entry) =>
        entry?.ToJsonString() is not { } text ? "null"
        : text.Length > 60 ? $"{text[..60]}…"
        : text;
}

using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.McpServers.Pins;

/// <summary>What differs between two definitions, member by member, as deep as they are alike.</summary>
internal static class DefinitionDifference
{
    private const int MostRows = 200;

    /// <summary>Empty where both mean the same. What is unseen is shown.</summary>
    public static IReadOnlyList<Change> Between(string? before, string? now)
    {
        var changes = new List<Change>();
        Compare("", before is null ? null : ToolDefinition.JsonText(before), now is null ? null : ToolDefinition.JsonText(now), changes);
        return changes;
    }

    private static void Compare(string place, JsonNode? before, JsonNode? now, List<Change> changes)
    {
        if (changes.Count >= MostRows || JsonNode.DeepEquals(before, now))
        {
            return;
        }

        if (before is JsonObject one && now is JsonObject other)
        {
            foreach (var name in one.Select(pair => pair.Key).Union(other.Select(pair => pair.Key)))
            {
                Compare(place.Length == 0 ? name : $"{place}/{name}", one[name], other[name], changes);
            }

            return;
        }

        if (before is null && now is JsonObject added && place.Length == 0)
        {
            foreach (var (name, value) in added)
            {
                Compare(name, null, value, changes);
            }

            return;
        }

        changes.Add(new(place, TextOf(before), TextOf(now)));
    }

    private static string? TextOf(JsonNode? node) =>
        node switch
        {
            null => null,
            JsonValue value when value.TryGetValue<string>(out var text) => VisibleText.Of(text),
            _ => VisibleText.Of(ReadableJson.Of(node)),
        };
}

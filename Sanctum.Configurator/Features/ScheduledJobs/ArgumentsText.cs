namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>What a run is told, as JSON that people write.</summary>
internal static class ArgumentsText
{
    /// <returns>Nothing at all for an empty text; what is wrong otherwise.</returns>
    public static (JsonObject? Object, string? Problem) Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (null, null);
        }

        var (node, problem) = JsonText.Parse(text);
        return (node as JsonObject, problem ?? (node is JsonObject ? null : """Write a JSON object, such as {"name": "value"}."""));
    }

    /// <summary>Names what a schema allows to say, in a sentence; null where it allows nothing.</summary>
    public static string? Hint(string? schema)
    {
        if (JsonText.FindObject(schema) is not { } root || root["properties"] is not JsonObject { Count: > 0 } fields)
        {
            return schema is null ? null : "JSON object.";
        }

        var required = (root["required"] as JsonArray)?.Select(name => (string?)name).ToHashSet() ?? [];
        return $"JSON object with {string.Join(", ", fields.Select(field => $"{field.Key}{TypeOf(field.Value)}{(required.Contains(field.Key) ? ", required" : "")}"))}.";
    }

    private static string TypeOf(JsonNode? field) =>
        field is JsonObject described && described["type"] is JsonValue type && type.TryGetValue<string>(out var name) ? $" ({name})" : "";
}

namespace Sanctum.Configurator.Features.Messaging.Incoming;

/// <summary>The files that came with a message, as its row keeps them.</summary>
internal static class MessageFiles
{
    public static JsonNode? ToJson(IReadOnlyList<MessageAttachment> files) =>
        files.Count == 0 ? null : JsonSerializer.SerializeToNode(files, ApiJson.Options);

    /// <summary>None where another program wrote something else there.</summary>
    public static IReadOnlyList<MessageAttachment> Read(string? json)
    {
        try
        {
            return json is null ? [] : JsonSerializer.Deserialize<List<MessageAttachment>>(json, ApiJson.Options) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}

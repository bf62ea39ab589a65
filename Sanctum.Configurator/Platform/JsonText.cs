namespace Sanctum.Configurator.Platform;

/// <summary>Reads JSON that people and other programs wrote. A member that is named twice is refused.</summary>
public static class JsonText
{
    public static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <returns>What was read, or what is wrong with it in a sentence.</returns>
    public static (JsonNode? Node, string? Problem) Parse(string? text)
    {
        try
        {
            return (JsonNode.Parse(text ?? "", null, Options), null);
        }
        catch (JsonException e)
        {
            return (
                null,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"This is not valid JSON: error in line {(e.LineNumber ?? 0) + 1}, at character {(e.BytePositionInLine ?? 0) + 1}."
                )
            );
        }
        catch (ArgumentException)
        {
            return (null, "This is not valid JSON: it contains an incomplete character.");
        }
    }

    /// <summary>An object; null where it is something else, or no JSON.</summary>
    public static JsonObject? FindObject(string? text) => Parse(text).Node as JsonObject;
}

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Reads a manifest as editors leave it: with a byte order mark, in UTF-8 or UTF-16.</summary>
internal static class ManifestText
{
    /// <returns>The JSON, or why it is none and where, in a sentence.</returns>
    public static (JsonNode? Json, string? Fault) Read(byte[] bytes)
    {
        try
        {
            using var reader = new StreamReader(
                new MemoryStream(bytes),
                new UTF8Encoding(false, throwOnInvalidBytes: true),
                detectEncodingFromByteOrderMarks: true
            );
            var json = JsonNode.Parse(reader.ReadToEnd(), documentOptions: new() { AllowDuplicateProperties = false });
            return json is JsonObject ? (json, null) : (null, null);
        }
        catch (JsonException e)
        {
            return (
                null,
                $"line {(e.LineNumber ?? 0) + 1}, character {(e.BytePositionInLine ?? 0) + 1} is not valid JSON. Correct it and scan again."
            );
        }
        catch (Exception e) when (e is DecoderFallbackException or ArgumentException)
        {
            return (null, "it is neither UTF-8 nor UTF-16. Save it as UTF-8 and scan again.");
        }
    }
}

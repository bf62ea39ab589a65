namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>Fields of other programs' files, which are there or not, in this shape or another.</summary>
internal static class ImportFields
{
    /// <summary>Times beyond these are none: a file has them in seconds, milliseconds or as text.</summary>
    private const double FirstMillisecond = 100_000_000_000;

    private const double LastSecond = 10_000_000_000;

    /// <summary>Parts in parts, of which a text may be made.</summary>
    private const int Deepest = 32;

    public static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public static JsonElement? Find(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public static bool Is(JsonElement from, string name) => Find(from, name) is { ValueKind: JsonValueKind.True };

    public static DateTimeOffset? Time(JsonElement from, params string[] names)
    {
        foreach (var name in names)
        {
            if (Find(from, name) is { } value && TimeOf(value) is { } time)
            {
                return time;
            }
        }

        return null;
    }

    /// <summary>A text, or parts of which some are texts.</summary>
    public static string ContentOf(JsonElement? content) => ContentOf(content, 1);

    /// <summary>The texts of some parts.</summary>
    public static string ContentOf(IEnumerable<JsonElement> parts) => Joined(parts, 1);

    private static string ContentOf(JsonElement? content, int depth) =>
        content switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } parts when depth < Deepest => Joined(parts.EnumerateArray(), depth),
            { ValueKind: JsonValueKind.Object } part when depth < Deepest => ContentOf(
                Find(part, "text") ?? Find(part, "parts") ?? Find(part, "content") ?? Find(part, "value") ?? Find(part, "result"),
                depth + 1
            ),
            _ => "",
        };

    private static string Joined(IEnumerable<JsonElement> parts, int depth) =>
        string.Join("\n\n", parts.Select(part => ContentOf(part, depth + 1)).Where(text => text.Length > 0));

    /// <summary>JSON in a text; null where it is none.</summary>
    public static JsonElement? Parsed(string text)
    {
        try
        {
            return JsonDocument.Parse(HalfCharacters.Replaced(Encoding.UTF8.GetBytes(text))).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string? RoleOf(string? role) =>
        role?.ToLowerInvariant() switch
        {
            "user" or "human" => "user",
            "assistant" or "ai" or "model" or "bot" => "assistant",
            "system" => "system",
            _ => null,
        };

    private static DateTimeOffset? TimeOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number))
        {
            return TimeOf(number >= FirstMillisecond ? number / 1000 : number);
        }

        return
            value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(
                value.GetString(),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
            && TimeOf(time.ToUnixTimeSeconds()) is not null
            ? time
            : null;
    }

    private static DateTimeOffset? TimeOf(double seconds) =>
        seconds is > 0 and < LastSecond ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
}

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>Fields of other programs' files, which are there or not, in this shape or another.</summary>
internal static partial class ImportFields
{
    /// <summary>Times beyond these are none: a file has them in seconds, milliseconds or as text.</summary>
    private const double FirstMillisecond = 100_000_000_000;

    public static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? StringOf(value)
            : null;

    /// <summary>With U+FFFD in the place of halves of characters, which no text of ours can hold.</summary>
    public static string StringOf(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return JsonSerializer.Deserialize<string>(Halves().Replace(value.GetRawText(), @"\uFFFD"))!;
        }
    }

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
    public static string ContentOf(JsonElement? content) =>
        content switch
        {
            null => "",
            { ValueKind: JsonValueKind.String } text => StringOf(text),
            { ValueKind: JsonValueKind.Array } parts => string.Join(
                "\n\n",
                parts.EnumerateArray().Select(part => ContentOf(part)).Where(text => text.Length > 0)
            ),
            { ValueKind: JsonValueKind.Object } part => ContentOf(
                Find(part, "text") ?? Find(part, "parts") ?? Find(part, "content") ?? Find(part, "value") ?? Find(part, "result")
            ),
            _ => "",
        };

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
            var seconds = number >= FirstMillisecond ? number / 1000 : number;
            return seconds is > 0 and < 10_000_000_000 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
        }

        return
            value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(
                value.GetString(),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
            ? time
            : null;
    }

    [GeneratedRegex(@"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")]
    private static partial Regex Halves();
}

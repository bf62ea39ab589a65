using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform;

/// <summary>JSON as a person reads it: over several lines, and with every letter and emoji as itself.</summary>
public static partial class ReadableJson
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The same in one line, for those who pay by the letter.</summary>
    public static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonNode json) =>
        Emoji().Replace(json.ToJsonString(Indented), pair => JsonSerializer.Deserialize<string>($"\"{pair.Value}\"")!);

    // The encoder lets no character beyond the first 65,536 through. A backslash that is text is doubled, and so matches nothing here.
    [GeneratedRegex(@"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")]
    private static partial Regex Emoji();
}

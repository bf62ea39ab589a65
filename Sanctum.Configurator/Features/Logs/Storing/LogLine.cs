using System.Text.RegularExpressions;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>A line that is to be stored.</summary>
/// <param name="Source">"system", "agent", "tool" or "plugin".</param>
/// <param name="Details">JSON, or null.</param>
/// <param name="CorrelationId">What lines of one request or run have in common.</param>
public sealed partial record LogLine(
    LogLevelWord Level,
    string Source,
    int? SourceId,
    string Message,
    string? Details,
    DateTimeOffset Timestamp,
    int? UserId = null,
    string? CorrelationId = null
)
{
    /// <summary>Characters of a message that are kept.</summary>
    public const int LongestMessage = 32_768;

    /// <summary>Characters of details that are kept.</summary>
    public const int LongestDetails = 262_144;

    /// <summary>Stands for details that were longer.</summary>
    internal const string CutDetails = "cut_details";

    /// <summary>Characters of a correlation id that are kept.</summary>
    public const int LongestCorrelation = 128;

    /// <summary>
    /// As it can be stored in either database: too long ones cut, with a mark that says so; without NUL and without half characters.
    /// </summary>
    public LogLine Fit() =>
        this with
        {
            Message = FitMessage(Message),
            Details = Details switch
            {
                null => null,
                { Length: > LongestDetails } => AsText(CutDetails, Details),
                _ => Storable(Details),
            },
            CorrelationId = CorrelationId is { Length: > 0 } id ? Clean(Shorten(id, LongestCorrelation)) : null,
            Timestamp = LogTimes.Clamp(Timestamp),
        };

    internal static string FitMessage(string message) => Cut(Clean(message), LongestMessage);

    /// <summary>Details that both databases and every reader take: what they don't is kept as text.</summary>
    internal static string Storable(string details) =>
        // Inside a string of JSON both are escapes, which PostgreSQL refuses.
        details.Contains("\\u0000", StringComparison.Ordinal) || details.Contains("\\ud", StringComparison.OrdinalIgnoreCase)
            ? Rewrite(details)
        : details.AsSpan().Count('{') + details.AsSpan().Count('[') > StoredDetails.Deepest && IsTooDeep(details)
            ? AsText("deep_details", details)
        : HugeNumber().IsMatch(details) && HasHugeNumber(details) ? AsText("unreadable_details", details)
        : Clean(details);

    private static string Rewrite(string details)
    {
        try
        {
            return Clean(JsonSerializer.Serialize(JsonNode.Parse(details), Readable))
                .Replace("\\u0000", "\u2400", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return AsText("unreadable_details", details);
        }
    }

    private static string AsText(string name, string details) => new JsonObject { [name] = FitMessage(details) }.ToJsonString(Readable);

    private static bool IsTooDeep(string details) =>
        Any(
            details,
            (in Utf8JsonReader reader) =>
                reader.CurrentDepth >= StoredDetails.Deepest && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
        );

    /// <summary>PostgreSQL's numbers end at 131,072 digits.</summary>
    private static bool HasHugeNumber(string details) =>
        Any(
            details,
            (in Utf8JsonReader reader) =>
                reader.TokenType == JsonTokenType.Number && HugeNumber().IsMatch(Encoding.UTF8.GetString(reader.ValueSpan))
        );

    private delegate bool Holds(in Utf8JsonReader reader);

    private static bool Any(string details, Holds holds)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(details), new() { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                if (holds(reader))
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // Another program's idea of JSON: who reads it next says so.
        }

        return false;
    }

    [GeneratedRegex("[eE][+-]?[0-9]{4}|[0-9]{1000}", RegexOptions.CultureInvariant)]
    private static partial Regex HugeNumber();

    internal static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        return $"{Shorten(text, most)}… [cut here: {text.Length} characters in all]";
    }

    /// <summary>Its beginning, without half a character at the end.</summary>
    private static string Shorten(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    private static string Clean(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        if (at < 0 && !text.Contains('\0', StringComparison.Ordinal))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? "\u2400" : rune.ToString());
        }

        return clean.ToString();
    }
}

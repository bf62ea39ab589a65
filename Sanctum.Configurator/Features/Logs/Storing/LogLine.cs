using System.Text.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>A line that is to be stored.</summary>
/// <param name="Source">"system", "agent", "tool" or "plugin".</param>
/// <param name="Details">JSON, or null.</param>
/// <param name="CorrelationId">What lines of one request or run have in common.</param>
public sealed record LogLine(
    LogLevelWord Level, string Source, int? SourceId, string Message, string? Details, DateTimeOffset Timestamp, int? UserId = null, string? CorrelationId = null)
{
    /// <summary>Characters of a message that are kept.</summary>
    public const int LongestMessage = 32_768;

    /// <summary>Characters of details that are kept.</summary>
    public const int LongestDetails = 262_144;

    /// <summary>Characters of a correlation id that are kept.</summary>
    public const int LongestCorrelation = 128;

    /// <summary>As it can be stored in either database: too long ones cut, with a mark that says so; without NUL and without half characters.</summary>
    public LogLine Fit() => this with
    {
        Message = Cut(Clean(Message), LongestMessage),
        Details = FitDetails(Details),
        CorrelationId = CorrelationId is { Length: > 0 } id ? Clean(id)[..Math.Min(id.Length, LongestCorrelation)] : null,
    };

    private static string? FitDetails(string? details) => details switch
    {
        null => null,
        { Length: > LongestDetails } => new JsonObject { ["cut_details"] = Cut(Clean(details), LongestMessage) }.ToJsonString(),

        // Inside a string of JSON both are escapes, which PostgreSQL refuses.
        _ when details.Contains("\\u0000", StringComparison.Ordinal) || details.Contains("\\ud", StringComparison.OrdinalIgnoreCase) => Rewrite(details),
        _ => Clean(details),
    };

    private static string Rewrite(string details)
    {
        try
        {
            return Clean(JsonSerializer.Serialize(JsonNode.Parse(details), Readable)).Replace("\\u0000", "\u2400", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return new JsonObject { ["unreadable_details"] = Cut(Clean(details), LongestMessage) }.ToJsonString();
        }
    }

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return $"{text[..end]}… [cut here: {text.Length} characters in all]";
    }

    private static string Clean(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        if (at < 0 && !text.Contains('\0', StringComparison.Ordinal))
        {
            return text;
        }

        var clean = new System.Text.StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? "\u2400" : rune.ToString());
        }

        return clean.ToString();
    }
}

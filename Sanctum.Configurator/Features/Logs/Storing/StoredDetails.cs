namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>Details as they may be stored by whomever, as JSON that every reader bears.</summary>
internal static class StoredDetails
{
    /// <summary>The detail that holds a time which could not be read, on a line that has the time at which it came instead.</summary>
    public const string UnreadTime = "unread_time";

    /// <summary>
    /// Levels that are shown; an answer has a few more around them, and many programs read 64. What is nested deeper is text.
    /// </summary>
    public const int Deepest = 60;

    /// <summary>Characters of a time that can't be read that are kept.</summary>
    public const int LongestTime = 200;

    /// <summary>As JSON; what is nested too deep, or can't be read, as one text. Null where there are none.</summary>
    public static JsonElement? Shown(string? details)
    {
        if (details is null)
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(LogLine.Storable(details), new() { MaxDepth = Deepest });
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(LogLine.FitMessage(details));
        }
    }

    /// <summary>With the mark that the line's own time could not be read.</summary>
    public static string Marked(string? details, string time)
    {
        var shown = Shown(details);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Encoder = LogLine.Readable.Encoder }))
        {
            json.WriteStartObject();
            if (shown is { ValueKind: JsonValueKind.Object } own)
            {
                foreach (var member in own.EnumerateObject().Where(member => !member.NameEquals(UnreadTime)))
                {
                    member.WriteTo(json);
                }
            }
            else if (shown is { } other)
            {
                json.WritePropertyName("details");
                other.WriteTo(json);
            }

            json.WriteString(UnreadTime, time[..Math.Min(time.Length, LongestTime)]);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The time that could not be read; null where it could.</summary>
    public static string? UnreadTimeIn(string? details) =>
        details?.Contains($"\"{UnreadTime}\"", StringComparison.Ordinal) == true
        && Shown(details) is { ValueKind: JsonValueKind.Object } shown
        && shown.TryGetProperty(UnreadTime, out var time)
        && time.ValueKind == JsonValueKind.String
            ? time.GetString()
            : null;
}

using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Sources;

/// <summary>Lines that were sent, or why they can't be read: field → sentence.</summary>
internal sealed record LinesRead(IReadOnlyList<LogLine> Lines, string? Field = null, string? Problem = null);

/// <summary>
/// Reads what programs send: one object, an array of them, or an object per row. The names are the columns'; what has no column becomes a
/// detail.
/// </summary>
internal static class LineReader
{
    /// <summary>Lines in one request.</summary>
    public const int MostLines = 100_000;

    /// <summary>Levels that are read; what is nested deeper than is shown is kept as text.</summary>
    internal const int MostLevels = 1000;

    private static readonly string[] Sources = ["system", "agent", "tool", "plugin"];
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = MostLevels };
    private static readonly JsonWriterOptions Readable = new()
    {
        MaxDepth = MostLevels + 2,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static LinesRead Read(ReadOnlyMemory<byte> body, bool isByRow, DateTimeOffset now)
    {
        try
        {
            return isByRow ? ReadRows(body, now) : ReadWhole(body, now);
        }
        catch (JsonException e)
        {
            return new([], "", $"This is not valid JSON, or is nested deeper than {MostLevels} levels: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half a character, as "\ud800" is, can't be read as text.
            return new([], "", $"The text can't be read: {e.Message}");
        }
    }

    private static LinesRead ReadWhole(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(body, Json);
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? ReadAll(document.RootElement.EnumerateArray(), now)
            : ReadAll([document.RootElement], now);
    }

    private static LinesRead ReadRows(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var lines = new List<LogLine>();
        for (var left = body; !left.IsEmpty; )
        {
            var end = left.Span.IndexOf((byte)'\n');
            var row = end < 0 ? left : left[..end];
            left = end < 0 ? default : left[(end + 1)..];
            if (row.Span.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            using var document = JsonDocument.Parse(row, Json);
            var (line, field, problem) = ReadOne(document.RootElement, now);
            if (line is null || lines.Count == MostLines)
            {
                return Refused(lines.Count, field, problem);
            }

            lines.Add(line);
        }

        return new(lines);
    }

    private static LinesRead ReadAll(IEnumerable<JsonElement> elements, DateTimeOffset now)
    {
        var lines = new List<LogLine>();
        foreach (var element in elements)
        {
            var (line, field, problem) = ReadOne(element, now);
            if (line is null || lines.Count == MostLines)
            {
                return Refused(lines.Count, field, problem);
            }

            lines.Add(line);
        }

        return new(lines);
    }

    private static LinesRead Refused(int at, string? field, string? problem) =>
        problem is null
            ? new([], "", $"Send at most {MostLines} lines at once.")
            : new([], field, at == 0 ? problem : $"Line {at + 1}: {problem}");

    private static (LogLine? Line, string? Field, string? Problem) ReadOne(JsonElement element, DateTimeOffset now)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return (null, "", "A line must be an object such as {\"level\": \"INFO\", \"message\": \"…\"}.");
        }

        var draft = new Draft(now);
        foreach (var member in element.EnumerateObject())
        {
            if (draft.Take(member) is { } problem)
            {
                return (null, member.Name, problem);
            }
        }

        return draft.Message is null ? (null, "message", "A line must have a message.") : (draft.Line().Fit(), null, null);
    }

    private sealed class Draft(DateTimeOffset now)
    {
        private LogLevelWord _level = LogLevelWord.Info;
        private string _source = "system";
        private int? _sourceId;
        private int? _userId;
        private DateTimeOffset _timestamp = now;
        private string? _correlation;
        private JsonElement? _details;
        private List<JsonProperty>? _others;

        public string? Message { get; private set; }

        /// <returns>What is wrong with it, or null.</returns>
        public string? Take(JsonProperty member) =>
            member.Name switch
            {
                _ when member.Value.ValueKind == JsonValueKind.Null => null,
                "message" => TakeText(member.Value, text => Message = text),
                "level" => TakeLevel(member.Value),
                "source" => TakeSource(member.Value),
                "source_id" => TakeNumber(member.Value, id => _sourceId = id),
                "user_id" => TakeNumber(member.Value, id => _userId = id),
                "timestamp" => TakeTime(member.Value),
                "correlation_id" => TakeText(member.Value, text => _correlation = text),
                "details" => TakeDetails(member.Value),
                _ => Keep(member),
            };

        public LogLine Line() => new(_level, _source, _sourceId, Message!, Details(), _timestamp, _userId, _correlation);

        private static string? TakeText(JsonElement value, Action<string> set)
        {
            if (value.ValueKind != JsonValueKind.String)
            {
                return "This must be a text.";
            }

            set(value.GetString()!);
            return null;
        }

        private static string? TakeNumber(JsonElement value, Action<int> set)
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number))
            {
                return "This must be a whole number or null.";
            }

            set(number);
            return null;
        }

        private string? TakeDetails(JsonElement value)
        {
            _details = value;
            return null;
        }

        private string? Keep(JsonProperty member)
        {
            (_others ??= []).Add(member);
            return null;
        }

        private string? TakeLevel(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.String || LogQueryReader.FindLevel(value.GetString()) is not { } level)
            {
                return $"The level must be one of {string.Join(", ", Enum.GetValues<LogLevelWord>().Select(EnumText<LogLevelWord>.Of))}.";
            }

            _level = level;
            return null;
        }

        private string? TakeSource(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.String || !Sources.Contains(value.GetString()))
            {
                return $"The source must be one of {string.Join(", ", Sources)}.";
            }

            _source = value.GetString()!;
            return null;
        }

        private string? TakeTime(JsonElement value)
        {
            var time = value.ValueKind switch
            {
                JsonValueKind.String => TimeText.Find(value.GetString()),
                JsonValueKind.Number when value.TryGetDecimal(out var number) => TimeText.SinceEpoch(number),
                _ => null,
            };
            if (time is not { } at)
            {
                return TimeText.Rule;
            }

            _timestamp = at;
            return LogTimes.Holds(at) ? null : LogTimes.Rule;
        }

        private string? Details()
        {
            if (_others is null)
            {
                return _details?.GetRawText();
            }

            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream, Readable))
            {
                json.WriteStartObject();
                var own = _details is { ValueKind: JsonValueKind.Object } details ? details.EnumerateObject().ToList() : [];
                foreach (var member in own.Concat(_others).DistinctBy(member => member.Name))
                {
                    member.WriteTo(json);
                }

                if (_details is { } other && other.ValueKind != JsonValueKind.Object)
                {
                    json.WritePropertyName("details");
                    other.WriteTo(json);
                }

                json.WriteEndObject();
            }

            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }
}

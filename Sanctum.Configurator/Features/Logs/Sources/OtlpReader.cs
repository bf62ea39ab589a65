using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Sources;

/// <summary>A line of OpenTelemetry's, and the service that says it.</summary>
internal sealed record OtlpLine(LogLine Line, string? Service);

/// <summary>
/// Reads an ExportLogsServiceRequest in JSON, as OpenTelemetry's OTLP/HTTP 1.x has it, and as protobuf's own JSON writes it: names with
/// underscores, severities by name, ids in base64. What it does not know it passes over, but never in the place of the lines.
/// </summary>
internal static class OtlpReader
{
    private const string NamedSeverity = "SEVERITY_NUMBER_";

    /// <summary>What may stand where lines are, and is none.</summary>
    private static readonly string[] BesideLines = ["resource", "scope", "schemaUrl"];

    /// <exception cref="JsonException">It is no such request.</exception>
    public static IReadOnlyList<OtlpLine> Read(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(body, new() { MaxDepth = LineReader.MostLevels });
        var lines = new List<OtlpLine>();
        foreach (var ofResource in Members(document.RootElement, "resourceLogs"))
        {
            var resource = Attributes(TryGet(ofResource, "resource", out var given) ? given : default);
            var service =
                resource.TryGetPropertyValue("service.name", out var name)
                && name is JsonValue text
                && text.TryGetValue<string>(out var value)
                    ? value
                    : null;
            foreach (var ofScope in Members(ofResource, "scopeLogs"))
            {
                var scope =
                    TryGet(ofScope, "scope", out var inner)
                    && inner.ValueKind == JsonValueKind.Object
                    && inner.TryGetProperty("name", out var called)
                        ? called.ToString()
                        : null;
                lines.AddRange(
                    Members(ofScope, "logRecords").Select(record => new OtlpLine(LineOf(record, resource, scope, now).Fit(), service))
                );
            }
        }

        return lines;
    }

    private static IEnumerable<JsonElement> Members(JsonElement element, string name) =>
        element.ValueKind != JsonValueKind.Object ? throw new JsonException($"This must be an object with {name}.")
        : !TryGet(element, name, out var list) ? NoMembers(element, name)
        : list.ValueKind == JsonValueKind.Null ? []
        : list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(member => member.ValueKind == JsonValueKind.Object)
        : throw new JsonException($"{name} must be a list.");

    /// <summary>Whoever is told that lines were stored believes it: what has other things where they belong is no request of ours.</summary>
    private static IEnumerable<JsonElement> NoMembers(JsonElement element, string name) =>
        element.EnumerateObject().Select(member => CamelOf(member.Name)).Except(BesideLines).FirstOrDefault() is { } other
            ? throw new JsonException($"There is no {name} in it, but {other}.")
            : [];

    /// <summary>A member by its name in JSON, or by that of the protocol: resourceLogs, resource_logs.</summary>
    private static bool TryGet(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object
            && (
                element.TryGetProperty(name, out value)
                || element.TryGetProperty(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), out value)
            );
    }

    private static string CamelOf(string name) =>
        string.Concat(
            name.Split('_').Select((part, at) => at == 0 || part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..])
        );

    private static LogLine LineOf(JsonElement record, JsonObject resource, string? scope, DateTimeOffset now)
    {
        var body = TryGet(record, "body", out var given) ? Value(given) : null;
        var details = Attributes(record);
        if (resource.Count > 0)
        {
            details["resource"] = resource.DeepClone();
        }

        Add(details, "logger", scope);
        Add(details, "span_id", IdIn(record, "spanId"));
        if (body is JsonObject or JsonArray)
        {
            details["body"] = body.DeepClone();
        }

        var (time, unread) = TimeOf(record, now);
        Add(details, StoredDetails.UnreadTime, unread);
        var message =
            body is JsonValue value && value.TryGetValue<string>(out var text)
                ? text
                : body?.ToJsonString() ?? Text(record, "eventName") ?? "(no message)";
        return new(
            LevelOf(record),
            "system",
            null,
            message,
            details.Count == 0 ? null : details.ToJsonString(),
            time,
            CorrelationId: IdIn(record, "traceId")
        );
    }

    private static void Add(JsonObject details, string name, string? text)
    {
        if (text is { Length: > 0 } && !details.ContainsKey(name))
        {
            details[name] = text;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        TryGet(element, name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    /// <summary>In hex, by which everybody else knows it.</summary>
    private static string? IdIn(JsonElement record, string name)
    {
        Span<byte> bytes = stackalloc byte[16];
        return Text(record, name) is not { } text ? null
            : text is [.., '='] && Convert.TryFromBase64String(text, bytes, out var length) ? Convert.ToHexStringLower(bytes[..length])
            : text;
    }

    /// <summary>Numbers 1 to 24, in groups of four: trace, debug, info, warn, error, fatal.</summary>
    private static LogLevelWord LevelOf(JsonElement record)
    {
        var severity = TryGet(record, "severityNumber", out var given) ? given.ToString() : "";
        if (severity.StartsWith(NamedSeverity, StringComparison.Ordinal))
        {
            // With its place in its group: ERROR, ERROR2.
            return Searching.LogQueryReader.FindLevel(severity[NamedSeverity.Length..].TrimEnd('2', '3', '4')) ?? LogLevelWord.Info;
        }

        _ = int.TryParse(severity, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return number switch
        {
            >= 21 => LogLevelWord.Critical,
            >= 17 => LogLevelWord.Error,
            >= 13 => LogLevelWord.Warning,
            >= 9 => LogLevelWord.Info,
            >= 1 => LogLevelWord.Debug,
            _ => Searching.LogQueryReader.FindLevel(Text(record, "severityText")) ?? LogLevelWord.Info,
        };
    }

    /// <summary>When it happened, or else when it was seen. What is no time that a line may bear is kept as it was sent.</summary>
    private static (DateTimeOffset Time, string? Unread) TimeOf(JsonElement record, DateTimeOffset now)
    {
        string? unread = null;
        foreach (var name in (ReadOnlySpan<string>)["timeUnixNano", "observedTimeUnixNano"])
        {
            // A 64-bit number is text in OTLP's JSON.
            if (
                TryGet(record, name, out var time)
                && ulong.TryParse(time.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
                && nanoseconds > 0
            )
            {
                var at = DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100));
                if (LogTimes.Holds(at))
                {
                    return (at, unread);
                }

                unread ??= time.ToString();
            }
        }

        return (now, unread);
    }

    private static JsonObject Attributes(JsonElement element)
    {
        var attributes = new JsonObject();
        if (TryGet(element, "attributes", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var attribute in list.EnumerateArray().Where(attribute => attribute.ValueKind == JsonValueKind.Object))
            {
                if (Text(attribute, "key") is { } key && attribute.TryGetProperty("value", out var value))
                {
                    attributes[key] = Value(value);
                }
            }
        }

        return attributes;
    }

    private static JsonNode? Value(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.EnumerateObject().Any())
        {
            return null;
        }

        var kind = value.EnumerateObject().First();
        return CamelOf(kind.Name) switch
        {
            "intValue"
                when long.TryParse(kind.Value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
                number,
            "arrayValue" => new JsonArray([.. Members(kind.Value, "values").Select(Value)]),
            "kvlistValue" => Pairs(kind.Value),
            _ => JsonNode.Parse(kind.Value.GetRawText(), documentOptions: new() { MaxDepth = LineReader.MostLevels }),
        };
    }

    private static JsonObject Pairs(JsonElement list)
    {
        var pairs = new JsonObject();
        foreach (var pair in Members(list, "values"))
        {
            if (Text(pair, "key") is { } key)
            {
                pairs[key] = pair.TryGetProperty("value", out var value) ? Value(value) : null;
            }
        }

        return pairs;
    }
}

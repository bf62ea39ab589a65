using System.Text.RegularExpressions;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// A line that a program writes as one JSON object, by the names that loggers use for message, level and time (pino, bunyan, structlog,
/// Serilog, .NET's console, GELF, ECS, zap, tracing, Log4j, PostgreSQL, MongoDB); what it has besides is its details.
/// </summary>
internal static partial class JsonRow
{
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 64 };

    // In the order in which they are looked for; capitals do not matter, and a dot leads into an object.
    private static readonly string[] Messages =

        [
            "message",
            "msg",
            "@m",
            "renderedmessage",
            "short_message",
            "event",
            "fields.message",
            "record.message",
            "text",
            "body",
            "@mt",
            "messagetemplate",
        ],
        Levels =

        [
            "level_name", // Before "level", of which the same logger makes a number of its own.
            "levelname",
            "level",
            "severity",
            "log.level",
            "loglevel",
            "lvl",
            "@l",
            "error_severity",
            "severitytext",
            "severity_text",
            "record.level.name",
            "levelno",
            "s",
        ],
        Times =

        [
            "timestamp",
            "time",
            "@timestamp",
            "ts",
            "@t",
            "asctime",
            "datetime",
            "date",
            "instant",
            "timemillis",
            "t.$date",
            "record.time.timestamp",
            "time_iso8601",
            "created",
        ];

    /// <returns>Null where it is no object, or none that says anything of a line of log.</returns>
    public static LineStart? Read(string row, TimeZoneInfo zone)
    {
        if (!row.AsSpan().TrimStart(" \t").StartsWith('{'))
        {
            return null;
        }

        try
        {
            return NodeOf(JsonElement.Parse(WithoutHalves(row), Json)) is JsonObject members ? Line(row, members, zone) : null;
        }
        catch (JsonException)
        {
            // Cut off, or nested without end: it is kept as the text that it is.
            return null;
        }
    }

    private static LineStart? Line(string row, JsonObject members, TimeZoneInfo zone)
    {
        var message = Take(members, Messages, value => value.GetValueKind() == JsonValueKind.String ? TextOf(members, value) : null);
        var level = Take(members, Levels, JsonLevel.Of);
        var time = Take(members, Times, value => JsonTime.Of(value, zone));
        if ((message ?? (object?)level ?? time) is null)
        {
            return null;
        }

        if (members.Remove("file", out var own))
        {
            members["code_file"] = own; // "file" is the one that is followed.
        }

        return new(LogFileFormat.Auto, level ?? LogLevelWord.Info, time?.Time, message ?? row, members)
        {
            IsWhole = true,
            HasLevel = level is not null,
            IsByClock = time is { IsByClock: true },
            MayBeMore = level is null || time is null,
        };
    }

    /// <summary>Null where there is none: a line without a word would say nothing.</summary>
    private static string? TextOf(JsonObject members, JsonNode value) =>
        value.GetValue<string>() is var text && string.IsNullOrWhiteSpace(text) ? null
        : value.GetPropertyName().ToUpperInvariant() is "@MT" or "MESSAGETEMPLATE" ? MessageTemplate.Fill(text, members)
        : text;

    /// <summary>The first of these members that can be read is taken out; the others stay.</summary>
    private static T? Take<T>(JsonObject members, string[] names, Func<JsonNode, T?> read)
    {
        foreach (var name in names)
        {
            if (Find(members, name) is { } value && read(value) is { } found)
            {
                Remove(value);
                return found;
            }
        }

        return default;
    }

    private static JsonNode? Find(JsonObject members, string name)
    {
        var found = members.FirstOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return found is null && dot > 0 && Find(members, name[..dot]) is JsonObject inner ? Find(inner, name[(dot + 1)..]) : found;
    }

    private static void Remove(JsonNode value)
    {
        var owner = value.Parent!.AsObject();
        owner.Remove(value.GetPropertyName());
        if (owner is { Count: 0, Parent: not null })
        {
            Remove(owner);
        }
    }

    /// <summary>Of a name that stands twice, as many loggers write it, the last counts.</summary>
    private static JsonNode? NodeOf(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    members[member.Name] = NodeOf(member.Value);
                }

                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(NodeOf)]);
            default:
                return JsonValue.Create(element);
        }
    }

    /// <summary>Programs cut texts within a character: what is left of it can't be read as text.</summary>
    public static string WithoutHalves(string row) =>
        row.Contains("\\ud", StringComparison.OrdinalIgnoreCase)
            ? Escape().Replace(row, match => match.Groups["half"].Success ? "\\ufffd" : match.Value)
            : row;

    [GeneratedRegex(
        @"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Escape();
}

using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// A line that a program writes as one JSON object, by the names that loggers use for message, level and time (pino, bunyan, structlog,
/// Serilog's compact form, .NET's console, GELF, ECS, zap); what it has besides is its details.
/// </summary>
internal static partial class JsonRow
{
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 64 };

    // In the order in which they are looked for; capitals do not matter.
    private static readonly string[] Messages = ["message", "msg", "@m", "short_message", "event", "text", "body", "@mt"],
        Levels = ["level", "levelname", "severity", "log.level", "loglevel", "lvl", "@l"],
        Times = ["timestamp", "time", "@timestamp", "ts", "@t", "asctime", "datetime", "date"];

    /// <returns>Null where it is no object, or none that says anything of a line of log.</returns>
    public static LineStart? Read(string row, TimeZoneInfo zone)
    {
        if (!row.StartsWith('{'))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(row, documentOptions: Json) is JsonObject members ? Line(row, members, zone) : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // Cut off, nested without end, a name that stands twice, or half a character: it is kept as the text that it is.
            return null;
        }
    }

    private static LineStart? Line(string row, JsonObject members, TimeZoneInfo zone)
    {
        var message = Take(members, Messages, value => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null);
        var level = Take(members, Levels, LevelOf);
        var time = Take(members, Times, value => TimeOf(value, zone));
        if ((message ?? (object?)level ?? time) is null)
        {
            return null;
        }

        if (members.Remove("file", out var own))
        {
            members["code_file"] = own; // "file" is the one that is followed.
        }

        return new(LogFileFormat.Auto, level ?? LogLevelWord.Info, time, message ?? row, members)
        {
            IsWhole = true,
            MayBeMore = level is null || time is null,
        };
    }

    /// <summary>The first of these members that can be read is taken out; the others stay.</summary>
    private static T? Take<T>(JsonObject members, string[] names, Func<JsonNode, T?> read)
    {
        foreach (var name in names)
        {
            var (key, value) = members.FirstOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (value is not null && read(value) is { } found)
            {
                members.Remove(key);
                return found;
            }
        }

        return default;
    }

    /// <summary>A word, syslog's 0 to 7, or 10 to 60 as bunyan and pino count.</summary>
    private static LogLevelWord? LevelOf(JsonNode value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.String => LogQueryReader.FindLevel(value.GetValue<string>()),
            JsonValueKind.Number when value.AsValue().TryGetValue<double>(out var number) => number switch
            {
                >= 60 or (>= 0 and <= 2) => LogLevelWord.Critical,
                >= 50 or 3 => LogLevelWord.Error,
                >= 40 or 4 => LogLevelWord.Warning,
                >= 30 or 5 or 6 => LogLevelWord.Info,
                >= 10 or 7 => LogLevelWord.Debug,
                _ => null,
            },
            _ => null,
        };

    private static DateTimeOffset? TimeOf(JsonNode value, TimeZoneInfo zone) =>
        value.GetValueKind() switch
        {
            JsonValueKind.Number when value.AsValue().TryGetValue<decimal>(out var number) => TimeText.SinceEpoch(number),
            JsonValueKind.String when Local().Match(value.GetValue<string>()) is { Success: true } local => LineStart.TimeOf(
                $"{local.Groups["day"].Value} {local.Groups["time"].Value}",
                local.Groups["part"].Value,
                zone
            ),
            JsonValueKind.String => TimeText.Find(value.GetValue<string>()),
            _ => null,
        };

    [GeneratedRegex(@"^(?<day>\d{4}-\d\d-\d\d)[T ](?<time>\d\d:\d\d:\d\d)(?:[.,](?<part>\d{1,9}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Local();
}

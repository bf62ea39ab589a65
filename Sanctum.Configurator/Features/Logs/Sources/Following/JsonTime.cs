using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>A time as a member of JSON.</summary>
/// <param name="IsByClock">It says nothing of its zone.</param>
internal sealed partial record JsonTime(DateTimeOffset Time, bool IsByClock = false)
{
    public static JsonTime? Of(JsonNode value, TimeZoneInfo zone) =>
        value.GetValueKind() switch
        {
            JsonValueKind.Number when value.AsValue().TryGetValue<decimal>(out var number) => At(TimeText.SinceEpoch(number)),
            JsonValueKind.String when value.GetValue<string>() is var text => Local().Match(text) is { Success: true } local
                ? At(LineStart.TimeOf($"{local.Groups["day"].Value} {local.Groups["time"].Value}", local.Groups["part"].Value, zone), true)
                : At(TimeText.Find(Named().Replace(text, ""))),
            // Log4j's instants and protobuf's timestamps.
            JsonValueKind.Object => At(Seconds(value["epochSecond"] ?? value["seconds"], value["nanoOfSecond"] ?? value["nanos"])),
            _ => null,
        };

    private static JsonTime? At(DateTimeOffset? time, bool isByClock = false) => time is { } at ? new(at, isByClock) : null;

    private static DateTimeOffset? Seconds(JsonNode? seconds, JsonNode? nanos) =>
        Number(seconds) is { } whole ? TimeText.SinceEpoch(whole + ((Number(nanos) ?? 0) / 1_000_000_000)) : null;

    private static decimal? Number(JsonNode? value) =>
        value?.GetValueKind() is JsonValueKind.Number or JsonValueKind.String
        && decimal.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number < 1_000_000_000_000
            ? number
            : null;

    [GeneratedRegex(@"^(?<day>\d{4}-\d\d-\d\d)[T ](?<time>\d\d:\d\d:\d\d)(?:[.,](?<part>\d{1,9}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Local();

    /// <summary>The zone by its name, as PostgreSQL and Go write it, also behind the offset.</summary>
    [GeneratedRegex(" (?:UTC|GMT)$", RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}

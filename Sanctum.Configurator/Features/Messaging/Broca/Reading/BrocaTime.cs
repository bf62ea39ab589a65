using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Messaging.Broca.Reading;

/// <summary>
/// Times as Broca wrote them over the years: <c>2025-04-11 06:50 UTC</c>, <c>2025-04-11T06:48:21.144013</c> and
/// <c>2025-04-11 06:48:21</c>, all in UTC; with a zone, or as a number since 1970, where other tools wrote them.
/// </summary>
internal static partial class BrocaTime
{
    /// <summary>In UTC, to the millisecond, which is what the registry keeps; null where it can't be read.</summary>
    public static DateTimeOffset? Find(string? text) =>
        TimeText.Find(Utc().Replace(text?.Trim() ?? "", "Z")) is { } time
            ? new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero)
            : null;

    /// <summary>ISO 8601 has a zone after minutes only where the seconds are there too.</summary>
    [GeneratedRegex(@"(?<=:[0-9]{2}(\.[0-9]+)?) ?(UTC|GMT)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Utc();
}

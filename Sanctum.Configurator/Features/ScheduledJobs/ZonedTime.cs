namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>A moment as the browser's field for date and time has it, by the clock of a time zone.</summary>
internal static class ZonedTime
{
    private const string Format = "yyyy-MM-ddTHH:mm";

    public static string? Write(DateTimeOffset? at, string zone) =>
        at is { } moment && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
            ? TimeZoneInfo.ConvertTime(moment, found).ToString(Format, CultureInfo.InvariantCulture)
            : null;

    /// <returns>Nothing at all for an empty field; what is wrong otherwise.</returns>
    public static (DateTimeOffset? At, string? Problem) Read(string? text, string zone)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (null, null);
        }

        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            return (null, "Enter a date and a time, or leave this empty.");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
        {
            return (null, "Choose the time zone first.");
        }

        clock = DateTime.SpecifyKind(clock, DateTimeKind.Unspecified);
        return found.IsInvalidTime(clock)
            ? (null, $"The clock of {zone} is moved forward then, so this time doesn't exist. Enter another time.")
            : (new DateTimeOffset(clock, found.GetUtcOffset(clock)).ToUniversalTime(), null);
    }
}

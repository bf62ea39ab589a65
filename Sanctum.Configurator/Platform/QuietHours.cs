namespace Sanctum.Configurator.Platform;

/// <summary>The time of day in which nothing is run or sent, by the clock on the wall of one time zone. Where both ends are the same there is none.</summary>
/// <param name="Until">Earlier than <paramref name="From"/> where they go on over midnight.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly Until, TimeZoneInfo Zone)
{
    public const string BothOrNeither = "Enter both the start and the end of the quiet hours, or neither.";

    /// <summary>Null where there are none.</summary>
    public static QuietHours? Of(TimeOnly? from, TimeOnly? until, TimeZoneInfo zone) =>
        (from, until) is ({ } start, { } end) ? new(start, end, zone) : null;

    public bool Hold(DateTimeOffset moment) => Hold(TimeZoneInfo.ConvertTime(moment, Zone).DateTime);

    /// <summary>When the quiet hours end that are now; null where none are.</summary>
    public DateTimeOffset? EndAt(DateTimeOffset now)
    {
        var wall = TimeZoneInfo.ConvertTime(now, Zone).DateTime;
        if (!Hold(wall))
        {
            return null;
        }

        var day = DateOnly.FromDateTime(wall);
        var end = (day.ToDateTime(Until) > wall ? day : day.AddDays(1)).ToDateTime(Until);
        return MomentOf(end, now);
    }

    private bool Hold(DateTime wall) => TimeOnly.FromDateTime(wall).IsBetween(From, Until);

    /// <summary>
    /// Where the clock is put forward over the end, they end at that moment; where it is put back over it, at the first time it shows the
    /// end after now.
    /// </summary>
    private DateTimeOffset MomentOf(DateTime wall, DateTimeOffset now)
    {
        while (Zone.IsInvalidTime(wall))
        {
            wall = wall.AddMinutes(1);
        }

        return Zone.IsAmbiguousTime(wall)
            ? Zone.GetAmbiguousTimeOffsets(wall).Select(offset => new DateTimeOffset(wall, offset)).Order().First(moment => moment > now)
            : new(wall, Zone.GetUtcOffset(wall));
    }
}

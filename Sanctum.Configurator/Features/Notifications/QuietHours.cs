namespace Sanctum.Configurator.Features.Notifications;

/// <summary>The time of day in which a channel keeps everything but errors back, by the clock on the wall of one time zone.</summary>
/// <param name="Until">Earlier than <paramref name="From"/> where they go on over midnight.</param>
internal sealed record QuietHours(TimeOnly From, TimeOnly Until, TimeZoneInfo Zone)
{
    /// <summary>When the quiet hours end that are now; null where none are.</summary>
    public DateTimeOffset? EndAt(DateTimeOffset now)
    {
        var wall = TimeZoneInfo.ConvertTime(now, Zone).DateTime;
        if (!TimeOnly.FromDateTime(wall).IsBetween(From, Until))
        {
            return null;
        }

        var day = DateOnly.FromDateTime(wall);
        var end = (day.ToDateTime(Until) > wall ? day : day.AddDays(1)).ToDateTime(Until);
        return MomentOf(end, now);
    }

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

namespace Sanctum.Configurator.Platform.Cron;

/// <summary>
/// What a zone's clock reads around an instant. Told from what each instant reads alone, which holds for zones whose offset changes
/// for other reasons than daylight saving too.
/// </summary>
internal static class CronClock
{
    /// <summary>No clock is put forward or back twice within so many hours.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromHours(4);

    private static readonly TimeSpan Stride = TimeSpan.FromHours(12);

    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    /// <summary>The other instant at which the clock reads the same, or null where there is none.</summary>
    public static DateTimeOffset? OtherOf(DateTimeOffset local, TimeZoneInfo zone)
    {
        foreach (var near in (ReadOnlySpan<DateTimeOffset>)[local - Around, local + Around])
        {
            var offset = zone.GetUtcOffset(near);
            var other = new DateTimeOffset(local.DateTime, offset);
            if (offset != local.Offset && zone.GetUtcOffset(other) == offset)
            {
                return other;
            }
        }

        return null;
    }

    /// <summary>By how much the clock was put forward at this very instant; zero at all others.</summary>
    public static TimeSpan JumpAt(DateTimeOffset local, TimeZoneInfo zone)
    {
        var jump = local.Offset - zone.GetUtcOffset(local.AddTicks(-1));
        return jump > TimeSpan.Zero ? jump : TimeSpan.Zero;
    }

    /// <summary>
    /// The first minute after one instant, and not after another, at which the clock was changed; null where it never was.
    /// </summary>
    public static DateTimeOffset? ChangeWithin(DateTimeOffset from, DateTimeOffset until, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(from);
        for (var (before, after) = (from, from); before < until; before = after)
        {
            after = until - before > Stride ? before + Stride : until;
            if (zone.GetUtcOffset(after) == offset)
            {
                continue;
            }

            while (after - before > OneMinute)
            {
                var between = before + (OneMinute * (int)((after - before) / OneMinute / 2));
                (before, after) = zone.GetUtcOffset(between) == offset ? (between, after) : (before, between);
            }

            return after;
        }

        return null;
    }
}

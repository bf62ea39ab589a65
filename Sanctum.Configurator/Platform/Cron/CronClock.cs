namespace Sanctum.Configurator.Platform.Cron;

/// <summary>
/// What a zone's clock reads around an instant. Told from what each instant reads alone, which holds for zones whose offset changes
/// for other reasons than daylight saving too.
/// </summary>
internal static class CronClock
{
    /// <summary>No clock is put forward or back twice within so many hours.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromHours(4);

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
}

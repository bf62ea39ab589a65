namespace Sanctum.Configurator.Platform.Cron;

/// <summary>A run to come.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="Local">When by the clock of the schedule's time zone.</param>
/// <param name="Note">What a change of that clock does to it, such as <c>03:00 instead of 02:30</c>; null on all other days.</param>
public sealed record CronTime(DateTimeOffset At, DateTimeOffset Local, string? Note);

/// <summary>
/// The runs to come, as they will run. Notes stand where the clock is put forward (<c>03:00 instead of 02:30</c>; <c>02:00 and 02:30
/// skipped</c>, where 03:00 is a run of its own) or back (<c>runs twice, first time</c> and <c>second time</c>; <c>runs once, the first
/// of two 02:30</c>).
/// </summary>
public static class CronPreview
{
    public const int MostTimes = 100;

    private const int MostNamed = 4;

    /// <summary>The next runs after an instant, at most so many, and none after <paramref name="until"/>.</summary>
    public static IReadOnlyList<CronTime> Of(CronSchedule schedule, DateTimeOffset from, int count, DateTimeOffset until)
    {
        var times = new List<CronTime>(Math.Clamp(count, 0, MostTimes));
        for (
            var next = schedule.Next(from);
            next is { } at && at <= until && times.Count < Math.Min(count, MostTimes);
            next = schedule.Next(at)
        )
        {
            var local = TimeZoneInfo.ConvertTime(at, schedule.Zone);
            times.Add(new(at, local, NoteOf(schedule, local)));
        }

        return times;
    }

    private static string? NoteOf(CronSchedule schedule, DateTimeOffset local)
    {
        var clock = Clock(local.DateTime);
        if (CronClock.OtherOf(local, schedule.Zone) is { } other)
        {
            return !schedule.Fields.IsOfIntervals
                ? $"runs once, the first of two {clock}"
                : $"runs twice, {(local < other ? "first" : "second")} time";
        }

        if (LeftOut(schedule, local) is not { Count: > 0 } leftOut)
        {
            return null;
        }

        var times =
            leftOut.Count <= MostNamed
                ? CronWording.List(leftOut.Select(Clock))
                : string.Create(CultureInfo.InvariantCulture, $"{leftOut.Count} times from {Clock(leftOut[0])} to {Clock(leftOut[^1])}");
        return schedule.Matches(local.DateTime) ? $"{times} skipped" : $"{clock} instead of {times}";
    }

    /// <summary>The times that match and were left out when the clock was put forward to this one.</summary>
    private static List<DateTime> LeftOut(CronSchedule schedule, DateTimeOffset local)
    {
        var jump = CronClock.JumpAt(local, schedule.Zone);
        var minutes = Enumerable.Range(0, (int)jump.TotalMinutes).Select(minute => (local.DateTime - jump).AddMinutes(minute));
        return [.. minutes.Where(schedule.Matches)];
    }

    private static string Clock(DateTime time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}

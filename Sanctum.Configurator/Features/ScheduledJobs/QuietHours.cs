namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>The time of a job's day at which it does not run.</summary>
internal static class QuietHours
{
    /// <summary>They may go over midnight; where both ends are the same there are none.</summary>
    public static bool Hold(TimeOnly? from, TimeOnly? until, DateTimeOffset local) =>
        (from, until) is ({ } first, { } last)
        && TimeOnly.FromDateTime(local.DateTime) is var time
        && (first <= last ? time >= first && time < last : time >= first || time < last);
}

using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>A schedule that is looked at.</summary>
/// <param name="From">Null for now.</param>
/// <param name="Count">Times to list, 1 to 100.</param>
public sealed record CronPreviewForm(
    [property: TextLimit(Lengths.Name)] string? CronExpression,
    [property: TextLimit(Lengths.Name)] string? TimeZone = "UTC",
    DateTimeOffset? From = null, int Count = 10)
{
    internal Outcome<CronAnswer> Preview(DateTimeOffset now)
    {
        if (CronSchedule.Read(CronExpression, TimeZone ?? "UTC", out var fault) is not { } schedule)
        {
            return new Outcome<CronAnswer>.Refused(fault!.Field == CronFault.TimeZone ? nameof(TimeZone) : nameof(CronExpression), fault.Message);
        }

        var from = From ?? now;
        return from.Year is < 1970 or > 2200
            ? new Outcome<CronAnswer>.Refused(nameof(From), "From the year 1970 to 2200.")
            : new Outcome<CronAnswer>.Done(new(schedule.Sentence, CronPreview.Of(schedule, from, Math.Clamp(Count, 1, CronPreview.MostTimes), from.AddYears(10))));
    }
}

/// <param name="Sentence">The schedule in English.</param>
public sealed record CronAnswer(string Sentence, IReadOnlyList<CronTime> Next);

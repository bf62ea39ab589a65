using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>A schedule that is looked at.</summary>
/// <param name="From">Null for now.</param>
/// <param name="Count">Times to list, 1 to 100.</param>
internal sealed record CronPreviewForm(
    [property: TextLimit(Lengths.Name)] string? CronExpression,
    [property: TextLimit(Lengths.Name)] string? TimeZone = "UTC",
    DateTimeOffset? From = null,
    int Count = 10
)
{
    internal Outcome<CronAnswer> Preview(DateTimeOffset now)
    {
        if (CronSchedule.Read(CronExpression, TimeZone ?? "UTC", out var fault) is not { } schedule)
        {
            return new Outcome<CronAnswer>.Invalid(
                fault!.Field == CronFault.TimeZone ? nameof(TimeZone) : nameof(CronExpression),
                fault.Message
            );
        }

        var from = From ?? now;
        return Count is < 1 or > CronPreview.MostTimes
                ? new Outcome<CronAnswer>.Invalid(nameof(Count), $"Enter a number from 1 to {CronPreview.MostTimes}.")
            : from.Year is < 1970 or > 2200 ? new Outcome<CronAnswer>.Invalid(nameof(From), "Enter a year from 1970 to 2200.")
            : new Outcome<CronAnswer>.Ok(AnswerOf(schedule, from));
    }

    private CronAnswer AnswerOf(CronSchedule schedule, DateTimeOffset from)
    {
        var next = CronPreview.Of(schedule, from, Count, DateTimeOffset.MaxValue);
        return new(
            schedule.Sentence,
            next,
            next.Count == Count ? null
                : next.Count == 0 ? "This schedule never runs: the day doesn't exist."
                : $"Only {next.Count} runs in the next hundred years."
        );
    }
}

/// <param name="Sentence">The schedule in English.</param>
/// <param name="Note">Why there are fewer times than were asked for; null where there are not.</param>
internal sealed record CronAnswer(string Sentence, IReadOnlyList<CronTime> Next, string? Note = null);

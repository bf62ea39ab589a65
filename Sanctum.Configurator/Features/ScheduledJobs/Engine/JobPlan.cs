using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>What becomes of one time of a job's schedule that has come.</summary>
/// <param name="Outcome">Queued, missed or skipped.</param>
internal sealed record PlannedRun(DateTimeOffset DueAt, RunOutcome Outcome, string? Message = null);

/// <summary>What a job has to do now, and when next.</summary>
/// <param name="Runs">Oldest first.</param>
/// <param name="Next">Null where it never comes again, which <paramref name="Problem"/> says.</param>
internal sealed record JobPlan(IReadOnlyList<PlannedRun> Runs, DateTimeOffset? Next, string? Problem = null)
{
    /// <summary>A time of the schedule that is no older is only late.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>Missed times before that are not listed one by one.</summary>
    public static readonly TimeSpan Listed = TimeSpan.FromDays(31);

    /// <summary>Of the missed times, at most so many of the newest are listed.</summary>
    public const int MostListed = 1000;

    private const string NotThere = "No console was running, or its clock jumped.";

    /// <summary>The plan of an enabled job at a moment.</summary>
    public static JobPlan Of(ScheduledJob job, DateTimeOffset now)
    {
        if (CronSchedule.Read(job.CronExpression, job.TimeZone, out var fault) is not { } schedule)
        {
            return new([], null, $"The schedule is not valid: {fault!.Message}");
        }

        var due = DueOf(job, schedule, now);
        var next = schedule.Next(Later(now, job.PausedUntil));
        return new(Decide(job, schedule, due, now), next, next is null ? "The schedule never runs. Correct it." : null);
    }

    /// <summary>When a job is due first after a moment; null where its schedule can't be read, or names no time.</summary>
    public static DateTimeOffset? NextOf(ScheduledJob job, DateTimeOffset now) =>
        CronSchedule.Read(job.CronExpression, job.TimeZone, out _)?.Next(Later(now, job.PausedUntil));

    /// <summary>
    /// The times that have come since, oldest first. What the schedule, or the rules of its zone, no longer have among its times is none.
    /// </summary>
    private static List<DateTimeOffset> DueOf(ScheduledJob job, CronSchedule schedule, DateTimeOffset now)
    {
        if (job.NextRun is not { } first || first > now)
        {
            return [];
        }

        var times = new Queue<DateTimeOffset>();
        var oldest = Later(first, now - Listed);
        for (var time = schedule.Next(Later(oldest, job.PausedUntil).AddTicks(-1)); time <= now; time = schedule.Next(time.Value))
        {
            times.Enqueue(time.Value);
            if (times.Count > MostListed)
            {
                times.Dequeue();
            }
        }

        return [.. times];
    }

    private static List<PlannedRun> Decide(ScheduledJob job, CronSchedule schedule, List<DateTimeOffset> due, DateTimeOffset now)
    {
        var missed = due.FindAll(time => time <= now - Grace);
        var caughtUp = job.MissedRuns switch
        {
            MissedRunPolicy.RunOnce => due.Count > missed.Count ? 0 : 1,
            MissedRunPolicy.CatchUp => job.CatchUpMost,
            _ => 0,
        };
        var quiet = QuietHours.Of(job.QuietFrom, job.QuietUntil, schedule.Zone);
        return
        [
            .. due.Select(
                (time, at) =>
                    quiet?.Hold(time) == true ? new PlannedRun(time, RunOutcome.Skipped, "Due during quiet hours.")
                    : at >= missed.Count ? new(time, RunOutcome.Queued)
                    : at >= missed.Count - caughtUp ? new(time, RunOutcome.Queued, "Caught up.")
                    : new(time, RunOutcome.Missed, NotThere)
            ),
        ];
    }

    private static DateTimeOffset Later(DateTimeOffset time, DateTimeOffset? other) => other > time ? other.Value : time;
}

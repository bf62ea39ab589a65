using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

public sealed class PlanningJobsTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_due_runs_and_the_next_time_follows()
    {
        var plan = JobPlan.Of(Job("0 * * * *", nextRun: Nine), Nine.AddMilliseconds(3));

        Assert.Equal([new PlannedRun(Nine, RunOutcome.Queued)], plan.Runs);
        Assert.Equal(Nine.AddHours(1), plan.Next);
    }

    [Fact]
    public void A_row_that_another_program_added_gets_its_first_time()
    {
        var plan = JobPlan.Of(Job("0 * * * *", nextRun: null), Nine.AddMinutes(1));

        Assert.Empty(plan.Runs);
        Assert.Equal(Nine.AddHours(1), plan.Next);
    }

    [Theory]
    [InlineData(MissedRunPolicy.Skip, "MMM")]
    [InlineData(MissedRunPolicy.RunOnce, "MMQ")]
    [InlineData(MissedRunPolicy.CatchUp, "MQQ")]
    public void Missed_times_are_listed_and_caught_up_with_as_the_job_wants(MissedRunPolicy policy, string expected)
    {
        var job = Job("0 * * * *", nextRun: Nine);
        (job.MissedRuns, job.CatchUpMost) = (policy, 2);

        var plan = JobPlan.Of(job, Nine.AddHours(2).AddMinutes(30));

        Assert.Equal(expected, Letters(plan));
        Assert.Equal([Nine, Nine.AddHours(1), Nine.AddHours(2)], plan.Runs.Select(run => run.DueAt));
        Assert.Equal(Nine.AddHours(3), plan.Next);
    }

    [Fact]
    public void A_time_that_has_just_come_is_enough_of_a_run_once()
    {
        var job = Job("0 * * * *", nextRun: Nine);
        job.MissedRuns = MissedRunPolicy.RunOnce;

        Assert.Equal("MMQ", Letters(JobPlan.Of(job, Nine.AddHours(2).AddSeconds(59))));
        Assert.Null(JobPlan.Of(job, Nine.AddHours(2)).Runs[^1].Message);
    }

    [Theory]
    [InlineData(59_999, "Q")]
    [InlineData(60_000, "M")]
    public void Up_to_a_minute_it_is_only_late(int milliseconds, string expected) =>
        Assert.Equal(expected, Letters(JobPlan.Of(Job("0 * * * *", nextRun: Nine), Nine.AddMilliseconds(milliseconds))));

    [Fact]
    public void Of_a_long_sleep_the_newest_thousand_are_listed()
    {
        var plan = JobPlan.Of(Job("* * * * *", nextRun: Nine.AddYears(-2)), Nine);

        Assert.Equal(JobPlan.MostListed, plan.Runs.Count);
        Assert.Equal((Nine, RunOutcome.Queued), (plan.Runs[^1].DueAt, plan.Runs[^1].Outcome));
        Assert.Equal(Nine.AddMinutes(1), plan.Next);
    }

    [Fact]
    public void A_clock_that_was_set_back_waits_for_the_time_that_stands()
    {
        var plan = JobPlan.Of(Job("0 * * * *", nextRun: Nine), Nine.AddHours(-5));

        Assert.Empty(plan.Runs);
    }

    [Fact]
    public void A_time_that_the_schedule_does_not_have_any_more_is_none()
    {
        var plan = JobPlan.Of(Job("30 * * * *", nextRun: Nine), Nine.AddSeconds(1));

        Assert.Empty(plan.Runs);
        Assert.Equal(Nine.AddMinutes(30), plan.Next);
    }

    [Theory]
    [InlineData("22:00", "06:00", "2026-03-14T23:00Z", "S")]
    [InlineData("22:00", "06:00", "2026-03-14T05:00Z", "S")]
    [InlineData("22:00", "06:00", "2026-03-14T06:00Z", "Q")]
    [InlineData("09:00", "10:00", "2026-03-14T09:00Z", "S")]
    [InlineData("09:00", "10:00", "2026-03-14T10:00Z", "Q")]
    [InlineData("09:00", "09:00", "2026-03-14T09:00Z", "Q")]
    public void Nothing_runs_in_quiet_hours(string from, string until, string at, string expected)
    {
        var due = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        var job = Job("0 * * * *", nextRun: due);
        (job.QuietFrom, job.QuietUntil) = (
            TimeOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture),
            TimeOnly.Parse(until, System.Globalization.CultureInfo.InvariantCulture)
        );

        Assert.Equal(expected, Letters(JobPlan.Of(job, due)));
    }

    [Fact]
    public void Quiet_hours_are_of_the_jobs_own_zone()
    {
        var due = new DateTimeOffset(2026, 7, 1, 22, 0, 0, TimeSpan.FromHours(2)).ToUniversalTime();
        var job = Job("0 22 * * *", nextRun: due, zone: "Europe/Berlin");
        (job.QuietFrom, job.QuietUntil) = (new(22, 0), new(23, 0));

        Assert.Equal("S", Letters(JobPlan.Of(job, due)));
    }

    [Fact]
    public void Until_a_pause_is_over_nothing_is_missed()
    {
        var job = Job("0 * * * *", nextRun: Nine);
        job.PausedUntil = Nine.AddHours(3);

        var plan = JobPlan.Of(job, Nine.AddHours(2));

        Assert.Empty(plan.Runs);
        Assert.Equal(Nine.AddHours(4), plan.Next);
    }

    [Theory]
    [InlineData("61 * * * *", "is not valid")]
    [InlineData("0 0 30 2 *", "The schedule never runs")]
    public void What_can_not_be_scheduled_says_why(string cron, string expected)
    {
        var plan = JobPlan.Of(Job(cron, nextRun: null), Nine);

        Assert.Contains(expected, plan.Problem, StringComparison.Ordinal);
        Assert.Null(plan.Next);
    }

    private static string Letters(JobPlan plan) => string.Concat(plan.Runs.Select(run => run.Outcome.ToString()[0]));

    private static ScheduledJob Job(string cron, DateTimeOffset? nextRun, string zone = "UTC") =>
        new()
        {
            Name = "job",
            CronExpression = cron,
            TimeZone = zone,
            NextRun = nextRun,
        };
}

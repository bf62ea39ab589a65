using Sanctum.Configurator.Platform.Cron;

namespace Sanctum.Configurator.Tests.Platform.Cron;

/// <summary>When a schedule runs next, against a walk through every minute.</summary>
public sealed class RunningNextTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin")]
    [InlineData("*/15 1-3 * * *", "Europe/Berlin")]
    [InlineData("0 2,3 * * 0", "Europe/Berlin")]
    [InlineData("30 * * * *", "America/New_York")]
    [InlineData("45 1,2 * * 1-5", "America/New_York")]
    [InlineData("0 0 * * *", "America/Santiago")]
    [InlineData("*/20 23 L * *", "America/Santiago")]
    [InlineData("15,45 1-2 * * *", "Australia/Lord_Howe")]
    [InlineData("10 2 1-7 * SUN", "Australia/Lord_Howe")]
    [InlineData("0 0 29 2 *", "Asia/Kolkata")]
    [InlineData("7 */5 13W * 5#2", "Asia/Kolkata")]
    [InlineData("0 9 LW MAR-OCT *", "Pacific/Apia")]
    [InlineData("30 1 * * 7", "Europe/London")]
    [InlineData("*/30 2 * * *", "Africa/Casablanca")]
    [InlineData("30 2 * * *", "Africa/Casablanca")]
    public void It_is_the_next_minute_that_is_meant_for_ten_years(string expression, string zone)
    {
        var schedule = Read(expression, zone);
        var until = Start.AddYears(10);

        var expected = new NaiveCron(expression).Walk(schedule.Zone, Start, until);

        Assert.Equal(expected, RunsOf(schedule, Start.AddTicks(-1), until));
    }

    [Fact]
    public void It_is_the_next_minute_that_is_meant_for_expressions_made_by_chance()
    {
        string[] zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "UTC"];
        foreach (var (at, expression) in CronText.Some(400).Index())
        {
            var schedule = Read(expression, zones[at % zones.Length]);
            var from = new DateTimeOffset(2027, 2 + (at % 9), 20, 0, 0, 0, TimeSpan.Zero);

            var expected = new NaiveCron(expression).Walk(schedule.Zone, from, from.AddDays(50));

            Assert.True(
                expected.SequenceEqual(RunsOf(schedule, from.AddTicks(-1), from.AddDays(50))),
                $"{expression} in {schedule.Zone.Id} from {from:yyyy-MM-dd}"
            );
        }
    }

    [Fact]
    public void Leap_days_come_every_four_years_and_not_in_2100()
    {
        var schedule = Read("0 12 29 2 *", "UTC");

        Assert.Equal([2028, 2032, 2036], RunsOf(schedule, Start, Start.AddYears(12)).Select(run => run.Year));
        Assert.Equal(2104, schedule.Next(new(2096, 3, 1, 0, 0, 0, TimeSpan.Zero))?.Year);
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    [InlineData("0 0 L-29 2 3#1")]
    public void What_never_comes_is_told_so_unless_the_other_day_comes(string expression)
    {
        Assert.Equal(expression.EndsWith('*'), Read(expression, "Europe/Berlin").Next(Start) is null);
    }

    [Fact]
    public void It_is_strictly_after_and_in_utc()
    {
        var schedule = Read("*/5 * * * *", "Europe/Berlin");
        var at = new DateTimeOffset(2026, 6, 1, 12, 5, 0, TimeSpan.FromHours(2));

        var next = Assert.NotNull(schedule.Next(at));

        Assert.Equal(at.AddMinutes(5), next);
        Assert.Equal(TimeSpan.Zero, next.Offset);
        Assert.Equal(at, schedule.Next(at.AddTicks(-1)));
    }

    [Theory]
    [InlineData("@hourly", "0 * * * *")]
    [InlineData("@Daily", "0 0 * * *")]
    [InlineData("@midnight", "0 0 * * *")]
    [InlineData("@weekly", "0 0 * * 0")]
    [InlineData("@monthly", "0 0 1 * *")]
    [InlineData("@yearly", "0 0 1 1 *")]
    [InlineData("  0\t3  * jan-Mar,12/1 mon-fri ", "0 3 * 1,2,3,12 1,2,3,4,5")]
    [InlineData("0 0 1 JAN/3 *", "0 0 1 1,4,7,10 *")]
    [InlineData("0 22-2 * * fri-mon", "0 22-23,0-2 * * 5,6,7,1")]
    [InlineData("0 0 ? * SUN-SAT", "0 0 * * *")]
    [InlineData("0 0 1 * MON-SUN", "0 0 1 * *")]
    [InlineData("0 0 1 * 1-7", "0 0 1 * *")]
    [InlineData("0 0 1 * */1", "0 0 * * *")]
    public void Names_macros_and_ranges_mean_what_they_stand_for(string written, string meant)
    {
        Assert.Equal(
            RunsOf(Read(meant, "Europe/Berlin"), Start, Start.AddYears(1)),
            RunsOf(Read(written, "Europe/Berlin"), Start, Start.AddYears(1))
        );
    }

    [Fact]
    public void Every_preset_is_a_schedule_and_says_so()
    {
        Assert.All(CronPresets.All, preset => Assert.NotNull(Read(preset.Expression, "UTC").Next(Start)));
        Assert.Equal(CronPresets.All.Count, CronPresets.All.Select(preset => Read(preset.Expression, "UTC").Sentence).Distinct().Count());
    }

    internal static CronSchedule Read(string expression, string zone)
    {
        var schedule = CronSchedule.Read(expression, zone, out var fault);
        Assert.True(schedule is not null, $"{expression} in {zone}: {fault?.Message}");
        return schedule;
    }

    internal static IEnumerable<DateTimeOffset> RunsOf(CronSchedule schedule, DateTimeOffset from, DateTimeOffset until)
    {
        for (var next = schedule.Next(from); next < until; next = schedule.Next(next.Value))
        {
            yield return next.Value;
        }
    }
}

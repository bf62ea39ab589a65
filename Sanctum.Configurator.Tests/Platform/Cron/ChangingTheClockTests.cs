using System.Globalization;
using Sanctum.Configurator.Platform.Cron;

namespace Sanctum.Configurator.Tests.Platform.Cron;

/// <summary>What runs, and what the preview says, where a zone's clock is put forward or back.</summary>
public sealed class ChangingTheClockTests
{
    private static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Europe/Berlin", 10)]
    [InlineData("Europe/London", 10)]
    [InlineData("America/New_York", 10)]
    [InlineData("America/Santiago", 10)]
    [InlineData("Australia/Lord_Howe", 10)]
    [InlineData("Africa/Casablanca", 11)]
    [InlineData("Europe/Dublin", 10)]
    [InlineData("Asia/Kolkata", 0)]
    [InlineData("Pacific/Apia", 0)]
    public void Every_edge_of_five_years_is_run_as_promised(string name, int edges)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var changes = NaiveCron.Changes(zone, First, First.AddYears(5)).ToList();
        Assert.Equal(edges, changes.Count);

        foreach (var (at, by) in changes)
        {
            foreach (var expression in Around(TimeZoneInfo.ConvertTime(at, zone).DateTime, by))
            {
                AssertEdge(RunningNextTests.Read(expression, name), expression, at);
            }
        }
    }

    [Theory]
    [InlineData("30 2 * * *", "2026-03-29", "01:00 03:00+02:00 03:00 instead of 02:30")]
    [InlineData("10,40 2 * * *", "2026-03-29", "01:00 03:00+02:00 03:00 instead of 02:10 and 02:40")]
    [InlineData("*/10 2 * * *", "2026-03-29", "01:00 03:00+02:00 03:00 instead of 6 times from 02:00 to 02:50")]
    [InlineData("30 2,3 * * *", "2026-03-29", "01:00 03:00+02:00 03:00 instead of 02:30|01:30 03:30+02:00")]
    [InlineData("30 1-3 * * *", "2026-03-29", "00:30 01:30+01:00|01:00 03:00+02:00 03:00 instead of 02:30|01:30 03:30+02:00")]
    [InlineData("0 2,3 * * *", "2026-03-29", "01:00 03:00+02:00 02:00 skipped")]
    [InlineData("0,30 2,3 * * *", "2026-03-29", "01:00 03:00+02:00 02:00 and 02:30 skipped|01:30 03:30+02:00")]
    [InlineData(
        "*/15 2-3 * * *",
        "2026-03-29",
        "01:00 03:00+02:00 02:00, 02:15, 02:30 and 02:45 skipped|01:15 03:15+02:00|01:30 03:30+02:00|01:45 03:45+02:00"
    )]
    [InlineData("30 2 * * *", "2026-10-25", "00:30 02:30+02:00 runs once, the first of two 02:30")]
    [InlineData(
        "0,30 2 * * *",
        "2026-10-25",
        "00:00 02:00+02:00 runs once, the first of two 02:00|00:30 02:30+02:00 runs once, the first of two 02:30"
    )]
    [InlineData(
        "*/30 2 * * *",
        "2026-10-25",
        "00:00 02:00+02:00 runs twice, first time|00:30 02:30+02:00 runs twice, first time|01:00 02:00+01:00 runs twice, second time|01:30 02:30+01:00 runs twice, second time"
    )]
    [InlineData(
        "0 2-3 * * *",
        "2026-10-25",
        "00:00 02:00+02:00 runs twice, first time|01:00 02:00+01:00 runs twice, second time|02:00 03:00+01:00"
    )]
    [InlineData("30 2 * * *", "2026-06-01", "00:30 02:30+02:00")]
    public void The_preview_of_berlin_says(string expression, string day, string expected)
    {
        var from = DateTimeOffset.Parse(day + "T00:00Z", CultureInfo.InvariantCulture).AddHours(-1).AddTicks(-1);

        var times = CronPreview.Of(RunningNextTests.Read(expression, "Europe/Berlin"), from, 10, from.AddHours(20));

        Assert.Equal(expected.Split('|'), times.Select(time => $"{time.At:HH:mm} {time.Local:HH:mmzzz} {time.Note}".TrimEnd()));
    }

    [Theory]
    [InlineData("15 2 4 10 *", "2026-10-03T15:30 02:30+11:00 02:30 instead of 02:15")]
    [InlineData("45 1 5 4 *", "2026-04-04T14:45 01:45+11:00 runs once, the first of two 01:45")]
    [InlineData(
        "*/45 1 5 4 *",
        "2026-04-04T14:00 01:00+11:00|2026-04-04T14:45 01:45+11:00 runs twice, first time|2026-04-04T15:15 01:45+10:30 runs twice, second time"
    )]
    public void A_change_by_half_an_hour_moves_by_half_an_hour(string expression, string expected)
    {
        var times = CronPreview.Of(RunningNextTests.Read(expression, "Australia/Lord_Howe"), First, 3, First.AddYears(1));

        Assert.Equal(expected.Split('|'), times.Select(time => $"{time.At:yyyy-MM-ddTHH:mm} {time.Local:HH:mmzzz} {time.Note}".TrimEnd()));
    }

    [Fact]
    public void The_preview_ends_at_its_bound_and_at_its_count()
    {
        var schedule = RunningNextTests.Read("0 * * * *", "UTC");

        Assert.Equal(3, CronPreview.Of(schedule, First, 3, First.AddYears(1)).Count);
        Assert.Equal(2, CronPreview.Of(schedule, First, 3, First.AddHours(2)).Count);
        Assert.Empty(CronPreview.Of(schedule, First, 0, First.AddYears(1)));
        Assert.Equal(CronPreview.MostTimes, CronPreview.Of(schedule, First, int.MaxValue, First.AddYears(1)).Count);
        Assert.Empty(CronPreview.Of(RunningNextTests.Read("0 0 30 2 *", "UTC"), First, 3, First.AddYears(9)));
    }

    /// <summary>Asked from each half minute around the change, the next run is the same one that the preview shows.</summary>
    private static void AssertEdge(CronSchedule schedule, string expression, DateTimeOffset at)
    {
        var (from, until) = (at.AddHours(-4), at.AddHours(4));
        var runs = new NaiveCron(expression).Walk(schedule.Zone, from, until);
        for (var asked = from.AddSeconds(-1); asked < until; asked = asked.AddSeconds(30))
        {
            var next = schedule.Next(asked) is { } found && found < until ? found : (DateTimeOffset?)null;
            Assert.True(
                runs.Cast<DateTimeOffset?>().FirstOrDefault(run => run > asked) == next,
                $"{expression} in {schedule.Zone.Id} after {asked:O} is {next:O}."
            );
        }

        var shown = CronPreview.Of(schedule, from.AddTicks(-1), CronPreview.MostTimes, until.AddTicks(-1));
        Assert.Equal(runs.Take(CronPreview.MostTimes), shown.Select(time => time.At));
        Assert.All(shown, time => Assert.Equal(TimeZoneInfo.ConvertTime(time.At, schedule.Zone), time.Local));
    }

    /// <summary>Fixed times and intervals in, before and after what is left out or comes twice.</summary>
    private static IEnumerable<string> Around(DateTime clock, TimeSpan by)
    {
        var inside = clock + (-by / 2);
        yield return string.Create(CultureInfo.InvariantCulture, $"{inside.Minute} {inside.Hour} * * *");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{inside.Minute},{clock.Minute} {inside.Hour},{clock.Hour} {inside.Day} {inside.Month} *"
        );
        yield return string.Create(CultureInfo.InvariantCulture, $"*/10 {inside.Hour} * * {(int)inside.DayOfWeek}");
        yield return string.Create(CultureInfo.InvariantCulture, $"{inside.Minute} * {inside.Day} * *");
        yield return "*/7 * * * *";
        yield return "13 */2 * * *";
        yield return "5,35 0,1,2,3,23 * * *";
        yield return "0 0 * * *";
    }
}

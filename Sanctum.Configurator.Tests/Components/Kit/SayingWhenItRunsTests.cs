using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class SayingWhenItRunsTests : KitContext
{
    private readonly FakeTimeProvider _clock = new();

    public SayingWhenItRunsTests()
    {
        _clock.Advance(new DateTimeOffset(2027, 3, 27, 12, 0, 0, TimeSpan.Zero) - _clock.GetUtcNow());
        Services.AddSingleton<TimeProvider>(_clock);
    }

    [Fact]
    public void What_is_typed_is_told_and_said_in_english_at_once()
    {
        var told = "";
        var field = Show("", told: value => told = value);
        Assert.Contains("Enter a cron expression", Says(field).TextContent);

        field.Find("input").Input("30 2 * * 1-5");

        Assert.Equal("30 2 * * 1-5", told);
        Assert.Equal("At 02:30 on weekdays.", Says(field).TextContent.Trim());
        Assert.Equal("false", field.Find("input").GetAttribute("aria-invalid"));
    }

    [Fact]
    public void The_wrong_part_is_marked_and_said_where_the_control_is_described()
    {
        var field = Show("0 61 * * *");

        var input = field.Find("input");

        Assert.Equal("61", field.Find("mark").TextContent);
        Assert.Equal("0 61 * * *", field.Find(".log-marked").TextContent);
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Contains(Says(field).Id!, input.GetAttribute("aria-describedby")!.Split(' '));
        Assert.Contains("61 is not a valid hour: 0 to 23", Says(field).TextContent);
        Assert.Equal(input.Id, field.Find("label").GetAttribute("for"));
    }

    [Fact]
    public void What_is_missing_is_marked_at_the_end()
    {
        var field = Show("0 3 *");

        Assert.Equal("0 3 *\u00A0\u00A0", field.Find(".log-marked").TextContent);
        Assert.Contains("The month and what follows it are missing", Says(field).TextContent);
    }

    [Fact]
    public void The_next_ten_runs_are_listed_with_what_a_change_of_the_clock_does_to_them()
    {
        var field = Show("30 2 * * *");

        var rows = field.FindAll("tbody tr");

        Assert.Equal(10, rows.Count);
        Assert.Equal("Sun 28 Mar 2027, 03:00", rows[0].QuerySelector("time")!.TextContent);
        Assert.Equal("2027-03-28T01:00:00Z", rows[0].QuerySelector("time")!.GetAttribute("datetime"));
        Assert.Equal("03:00 instead of 02:30", Assert.Single(field.FindAll(".chip")).TextContent);
        Assert.Equal("Mon 29 Mar 2027, 02:30", rows[1].QuerySelector("time")!.TextContent);
        Assert.Equal(["Europe/Berlin"], field.FindAll("th").Select(head => head.TextContent));
    }

    [Theory]
    [InlineData("America/New_York", "Sat 27 Mar 2027, 21:00")]
    [InlineData("Europe/Paris", null)]
    [InlineData("Mars/Olympus", null)]
    public void The_readers_own_time_stands_beside_where_it_differs(string zone, string? own)
    {
        JSInterop.Setup<string?>("sanctum.timeZone").SetResult(zone);

        var field = Show("30 2 * * *");

        field.WaitForAssertion(() => Assert.Equal(own, field.Find("tbody tr").QuerySelectorAll("td").ElementAtOrDefault(1)?.TextContent));
    }

    [Fact]
    public void A_preset_is_written_into_the_field()
    {
        var told = "";
        var field = Show("1 2 3 4 5", told: value => told = value);

        field.Find("select").Change("0 9 * * 1-5");

        Assert.Equal("0 9 * * 1-5", told);
        Assert.Contains("At 09:00 on weekdays", Says(field).TextContent);
        Assert.Equal("0 9 * * 1-5", field.Find("select").GetAttribute("value"));
    }

    [Fact]
    public void While_it_is_wrong_the_runs_before_stay_but_are_marked_as_such()
    {
        var field = Show("30 2 * * *");

        field.Find("input").Input("30 2 * * x");

        Assert.Equal("true", field.Find("table").GetAttribute("aria-hidden"));
        Assert.Equal("The runs of the previous schedule", field.Find("caption").TextContent);
    }

    [Fact]
    public void What_never_comes_is_told()
    {
        var field = Show("0 0 30 2 *");

        Assert.Contains("This schedule never runs", field.Find(".cron-runs").TextContent);
        Assert.Empty(field.FindAll("table"));
    }

    [Fact]
    public void A_wrong_time_zone_is_not_this_fields_fault()
    {
        var field = Show("30 2 * * *", zone: "Europe/Berlim");

        Assert.Equal("At 02:30 every day.", Says(field).TextContent.Trim());
        Assert.Equal("false", field.Find("input").GetAttribute("aria-invalid"));
        Assert.Contains("Enter a valid time zone", field.Find(".cron-runs").TextContent);
    }

    [Fact]
    public void Runs_that_have_passed_make_room_for_the_next()
    {
        var field = Show("0 * * * *", zone: "UTC");

        _clock.Advance(TimeSpan.FromHours(5));
        field.Render();

        Assert.Equal("Sat 27 Mar 2027, 18:00", field.Find("tbody time").TextContent);
    }

    private static IElement Says(IRenderedComponent<CronField> field) => field.Find("[role=status]");

    private IRenderedComponent<CronField> Show(string expression, string zone = "Europe/Berlin", Action<string>? told = null)
    {
        IRenderedComponent<CronField>? field = null;
        field = Render<CronField>(f =>
            f.Add(c => c.Label, "When")
                .Add(c => c.Value, expression)
                .Add(c => c.TimeZone, zone)
                .Add(
                    c => c.ValueChanged,
                    value =>
                    {
                        told?.Invoke(value);
                        field!.Render(again => again.Add(c => c.Value, value));
                    }
                )
        );
        return field;
    }
}

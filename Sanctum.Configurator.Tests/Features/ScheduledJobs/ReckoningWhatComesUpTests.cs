using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

/// <summary>What comes up, and what people write about it.</summary>
public sealed class ReckoningWhatComesUpTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Only_what_will_run_comes_up(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        await world.AddAsync(JobsWorld.Form("0 */6 * * *", "Late", form => form.PausedUntil = world.Clock.GetUtcNow().AddHours(4)));
        await world.AddAsync(JobsWorld.Form("30 */6 * * *", "Quiet", form => (form.QuietFrom, form.QuietUntil) = (new(23, 0), new(7, 0))));
        await world.AddAsync(JobsWorld.Form("0 0 1 1 *", "Next year"));
        await world.AddAsync(JobsWorld.Form(name: "Off", set: form => form.IsEnabled = false));

        var coming = await world.CallAsync((JobCalendar calendar) => calendar.ReadAsync(TimeSpan.FromDays(1), Cancel));

        Assert.Equal(
            ["Quiet 12:30 18:30", "Late 18:00 00:00 06:00"],
            coming.Jobs.Select(job => $"{job.Name} {string.Join(' ', job.Times.Select(at => at.ToString("HH:mm", null)))}")
        );
        Assert.Equal((0, world.Clock.GetUtcNow().AddDays(1)), (coming.JobsLeftOut, coming.Until));
    }

    [Theory]
    [InlineData("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T01:30:00Z")]
    [InlineData("2026-07-01T08:00", "America/New_York", "2026-07-01T12:00:00Z")]
    [InlineData("", "UTC", null)]
    public void A_moment_is_read_by_the_clock_of_the_zone(string text, string zone, string? expected)
    {
        var (at, problem) = ZonedTime.Read(text, zone);

        Assert.Equal((expected is null ? null : DateTimeOffset.Parse(expected, null), null), (at, problem));
        Assert.Equal(text, ZonedTime.Write(at, zone) ?? "");
    }

    [Theory]
    [InlineData("2027-03-28T02:30", "Europe/Berlin")]
    [InlineData("tomorrow", "UTC")]
    [InlineData("2027-03-28T02:30", "Europe/Nowhere")]
    public void What_is_no_moment_is_said_to_be_none(string text, string zone) => Assert.NotNull(ZonedTime.Read(text, zone).Problem);

    [Theory]
    [InlineData(
        """{"properties": {"to": {"type": "string"}, "days": {}}, "required": ["to"]}""",
        "JSON object with to (string), required, days."
    )]
    [InlineData("{}", "JSON object.")]
    [InlineData(null, null)]
    public void The_hint_names_what_can_be_said(string? schema, string? expected) => Assert.Equal(expected, ArgumentsText.Hint(schema));

    [Fact]
    public void A_draft_goes_into_the_form_and_says_what_of_it_cannot()
    {
        var form = new JobForm
        {
            ToolInstanceId = 3,
            Arguments = new JsonObject { ["a"] = 1 },
            QuietFrom = new(22, 0),
            TimeZone = "Europe/Berlin",
        };
        var draft = JobDraft.Of(form);
        Assert.Equal(("tool:3", "22:00"), (draft.Runs, draft.QuietFrom));
        (draft.Runs, draft.Arguments, draft.QuietFrom, draft.QuietUntil) = ("act:back_up", "{", "", "25:00");

        var problems = draft.WriteTo(form);

        Assert.Equal([nameof(form.Arguments), nameof(form.QuietUntil)], problems.Keys);
        Assert.Equal(("back_up", null, null), (form.Action, form.ToolInstanceId, form.QuietFrom));
    }
}

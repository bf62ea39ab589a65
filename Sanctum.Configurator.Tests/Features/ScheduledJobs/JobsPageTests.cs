using Bunit;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

public sealed class JobsPageTests : JobsPageContext
{
    private static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_sees_how_each_job_is_and_no_button_and_the_list_follows()
    {
        await using var world = await JobsWorld.CreateAsync();
        var job = await world.AddAsync(JobsWorld.Form("0 3 * * *", set: form => form.TimeZone = "Europe/Berlin"));
        await PlaceAsync(world, world.Vera, Looker);
        var page = Render<JobsPage>();
        Sees(page, "Nightly");
        Assert.Contains("At 03:00 every day", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Waits for a test", page.Markup, StringComparison.Ordinal);
        Assert.Equal("OK", page.Find(".chip").TextContent);
        Assert.Empty(page.FindAll("input[type=checkbox]"));
        Assert.DoesNotContain(
            page.FindAll("button"),
            button => button.TextContent.Trim() is "Run" or "New job…" || button.ClassList.Contains("menu-item")
        );

        world.Act.Failure = "The broom is gone.";
        await world.RunAsync(job.Id);
        await world.TickAsync();

        SeesInTime(world, page, "The broom is gone.");
        Assert.Equal(["Failing", "Failed"], page.FindAll(".chip").Select(chip => chip.TextContent));
        Assert.StartsWith(
            "Nightly: 1 of the newest 1 run failed",
            page.Find(".run-marks").GetAttribute("aria-label"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_line_of_the_installations_crontab_becomes_a_job()
    {
        var root = Directory.CreateTempSubdirectory("sanctum-installation-");
        await using var world = await JobsWorld.CreateAsync(TestDatabase.Sqlite, ImportingACrontabTests.FoldersIn(root.FullName));
        await PlaceAsync(world, world.Root, Writer);
        await File.WriteAllTextAsync(Path.Combine(root.CreateSubdirectory("bin").FullName, "tidy.sh"), "#!/bin/sh\n", Cancel);
        await File.WriteAllTextAsync(
            Path.Combine(root.CreateSubdirectory("control/cron").FullName, "sanctum-crontab"),
            "CRON_TZ=UTC\n0 4 * * * bin/tidy.sh\n0 5 * * * a | b\n",
            Cancel
        );
        await world.Registry.OutsideAsync($"UPDATE system_config SET sanctum_base_path = '{root.FullName}'");
        var page = Render<JobsPage>();
        Sees(page, "At 04:00 every day");
        Assert.Contains("This command needs a shell.", page.Markup, StringComparison.Ordinal);

        await PressAsync(page, "Import line 2");

        page.WaitForAssertion(() => Assert.Contains(page.FindAll("a"), link => link.TextContent == "is a job"), Patience);
        Assert.Equal("tidy.sh (line 2)", (await world.JobAsync(1)).Job.Name);
        root.Delete(recursive: true);
    }

    [Fact]
    public async Task An_empty_list_says_what_a_job_is_and_offers_the_first()
    {
        await using var world = await JobsWorld.CreateAsync();
        await PlaceAsync(world, world.Root, Writer);
        var dialogs = Overlays;
        var page = Render<JobsPage>();
        Sees(page, "A job runs a tool or a built-in task, such as a backup");
        await PressAsync(page, "Create the first job…");
        dialogs.WaitForElement("form", Patience);

        await dialogs.Find("form").SubmitAsync();
        foreach (
            var reason in new[] { "Enter a name.", "Choose a tool instance or a built-in task.", "Enter a schedule, such as 0 3 * * *." }
        )
        {
            Sees(dialogs, reason);
        }

        Write(dialogs, "Name", "Hourly");
        Write(dialogs, "Schedule", "0 * * * *");
        Write(dialogs, "Time zone", "Europe/Berlin");
        Choose(dialogs, "Runs", "Waits for a test");
        Sees(dialogs, "JSON object with word (string).");
        Write(dialogs, "Arguments", """{"word": 5}""");
        Write(dialogs, "Quiet from", "22:00");
        WriteMoment(dialogs, "Paused until", "2027-03-28T02:30");
        await dialogs.Find("form").SubmitAsync();
        Sees(dialogs, "this time doesn't exist");
        WriteMoment(dialogs, "Paused until", "2027-03-28T03:30");
        await dialogs.Find("form").SubmitAsync();
        Sees(dialogs, "Enter both the start and the end of the quiet hours, or neither.");
        Assert.True(dialogs.Find("details.job-rules").HasAttribute("open"));
        Write(dialogs, "Quiet until", "23:30");
        await dialogs.Find("form").SubmitAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("word", ErrorOf(dialogs, "Arguments"), StringComparison.Ordinal), Patience);
        Write(dialogs, "Arguments", """{"word": "hello"}""");
        await dialogs.Find("form").SubmitAsync();

        Sees(page, "Hourly");
        var form = (await world.JobAsync(1)).Form;
        Assert.Equal(
            ("wait", "hello", new TimeOnly(22, 0), new TimeOnly(23, 30)),
            (form.Action, (string?)form.Arguments!["word"], form.QuietFrom, form.QuietUntil)
        );
        Assert.Equal(new DateTimeOffset(2027, 3, 28, 1, 30, 0, TimeSpan.Zero), form.PausedUntil);
    }

    [Fact]
    public async Task Filters_stand_in_the_address()
    {
        await using var world = await JobsWorld.CreateAsync();
        await world.AddAsync(JobsWorld.Form(name: "Going"));
        await world.AddAsync(JobsWorld.Form(name: "Resting", set: form => form.IsEnabled = false));
        await PlaceAsync(world, world.Root, Writer);
        Navigation.NavigateTo("/scheduled-jobs?state=disabled");
        var page = Render<JobsPage>();
        Sees(page, "Resting");
        Assert.DoesNotContain(">Going<", page.Markup, StringComparison.Ordinal);

        page.Find("select[aria-label='Show jobs by state']").Change("failing");

        page.WaitForAssertion(() => Assert.EndsWith("?state=failing", Navigation.Uri, StringComparison.Ordinal));
        Sees(page, "No jobs match these filters");
    }

    [Fact]
    public async Task Several_jobs_are_run_at_once_and_what_failed_is_said()
    {
        await using var world = await JobsWorld.CreateAsync();
        var first = await world.AddAsync(JobsWorld.Form(name: "One"));
        await world.AddAsync(JobsWorld.Form(name: "Two"));
        await PlaceAsync(world, world.Root, Writer);
        var page = Render<JobsPage>();
        page.WaitForElement("input[aria-label='Select One']", Patience);
        await page.InvokeAsync(() => page.Find("input[aria-label='Select this page']").Change(true));
        Sees(page, "2 jobs selected");
        Assert.IsType<Outcome<JobRow>.Ok>(await world.CallAsync((JobService jobs) => jobs.DeleteAsync(first.Id, null, Cancel)));

        await page.InvokeAsync(() => page.Find(".bulk-bar button:nth-last-child(2)").Click()); // The deleted job reloads the list.

        Sees(page, "1 job of 2 could not be queued. Job 1 no longer exists.");
        Assert.Equal("Two", Assert.Single(await world.RunsAsync()).JobName);
        page.WaitForAssertion(() => Assert.Contains("1 job selected", page.Markup, StringComparison.Ordinal), Patience);
        await PressAsync(page, "Disable");
        page.WaitForAssertion(() => Assert.Contains(page.FindAll(".chip"), chip => chip.TextContent == "Disabled"), Patience);
    }

    [Fact]
    public async Task What_comes_up_is_drawn_in_lanes_and_listed()
    {
        await using var world = await JobsWorld.CreateAsync();
        await world.AddAsync(JobsWorld.Form("0 12 * * *", "Noon"));
        await world.AddAsync(JobsWorld.Form("* * * * *", "Often"));
        await world.AddAsync(JobsWorld.Form("0 * * * *", "Off", form => form.IsEnabled = false));
        await PlaceAsync(world, world.Vera, Looker);
        Navigation.NavigateTo("/scheduled-jobs?tab=coming");
        var page = Render<JobsPage>();
        Sees(page, "2 jobs due");
        Assert.Equal(["M75 5v14"], page.FindAll(".lane-marks").Select(lane => lane.GetAttribute("d")));
        Assert.Single(page.FindAll(".lane-often"));
        Assert.DoesNotContain(">Off<", page.Markup, StringComparison.Ordinal);
        Assert.Contains(page.FindAll(".chart-table td"), cell => cell.TextContent == "Sat 21 Nov 2026, 12:00 UTC");

        await PressAsync(page, "7 days");

        page.WaitForAssertion(() => Assert.Equal(7, page.Find(".lane-marks").GetAttribute("d")!.Split('M').Length - 1), Patience);
        Assert.Contains("span=week", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_up_is_a_calendar_by_the_readers_own_clock()
    {
        await using var world = await JobsWorld.CreateAsync();
        await world.AddAsync(JobsWorld.Form("30 17 * * 6", "Saturday evening"));
        await world.AddAsync(JobsWorld.Form("0 */6 * * *", "Four a day"));
        await world.AddAsync(JobsWorld.Form("* * * * *", "Often"));
        await PlaceAsync(world, world.Vera, Looker);
        JSInterop.Setup<string?>("sanctum.timeZone").SetResult("Asia/Tokyo");
        Navigation.NavigateTo("/scheduled-jobs?tab=coming&span=calendar");
        var page = Render<JobsPage>();
        Sees(page, "Asia/Tokyo");

        // 17:30 of Saturday in UTC is Sunday there, and midnight in UTC nine o'clock.
        page.WaitForAssertion(() => Assert.Contains("02:30 Saturday evening", Day(page, "Sun 22 Nov"), StringComparison.Ordinal), Patience);
        Assert.Contains("4 times, 03:00 to 21:00 Four a day", Day(page, "Sun 22 Nov"), StringComparison.Ordinal);
        Assert.Contains("often Often", Day(page, "Fri 27 Nov"), StringComparison.Ordinal);
        Assert.Equal(7, page.FindAll(".week-day").Count);
    }

    private static string Day(IRenderedComponent<JobsPage> page, string day) =>
        string.Join(
            ' ',
            page.FindAll(".week-day")
                .Single(each => each.TextContent.Contains(day, StringComparison.Ordinal))
                .TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );

    [Fact]
    public async Task Runs_of_all_jobs_are_read_by_and_by_and_grow_as_they_come()
    {
        await using var world = await JobsWorld.CreateAsync();
        var job = await world.AddAsync(JobsWorld.Form(set: form => form.Overlap = OverlapPolicy.Allow));
        for (var run = 0; run < 60; run++)
        {
            await world.RunAsync(job.Id);
        }

        await PlaceAsync(world, world.Vera, Looker);
        Navigation.NavigateTo("/scheduled-jobs?tab=runs");
        var page = Render<JobsPage>();
        Sees(page, "50 of 60");
        Assert.Equal("Open run #60 of Nightly", page.Find("tbody button").GetAttribute("aria-label"));
        await PressAsync(page, "Show older");
        Sees(page, "60 of 60");
        Assert.False(HasButton(page, "Show older"));

        await world.RunAsync(job.Id);

        SeesInTime(world, page, "61 of 61");
        page.Find("select[aria-label='Show runs by outcome']").Change("succeeded");
        Sees(page, "No runs match these filters");
        await world.TickAsync();
        SeesInTime(world, page, "Done.");
    }
}

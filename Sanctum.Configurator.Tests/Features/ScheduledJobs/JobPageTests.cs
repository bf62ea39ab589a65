using System.Text.Json.Nodes;
using Bunit;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Tests.Components;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

public sealed class JobPageTests : JobsPageContext
{
    [Fact]
    public async Task A_viewer_sees_when_it_runs_what_it_came_to_and_how_it_is_set()
    {
        await using var world = await JobsWorld.CreateAsync();
        var job = await world.AddAsync(JobsWorld.Form("30 2 28 3 *", set: form => (form.TimeZone, form.Retries) = ("Europe/Berlin", 2)));
        await world.RunAsync(job.Id);
        await world.TickAsync();
        await PlaceAsync(world, world.Vera, Looker);
        var page = Render<JobPage>(parameters => parameters.Add(p => p.Id, job.Id));

        Sees(page, "03:00 instead of 02:30");
        Assert.Contains("Sun 28 Mar 2027, 03:00", page.Markup, StringComparison.Ordinal);
        Assert.Contains("100 %", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Trim() is "Run now…" or "Edit…" or "Pause…");
        await page.InvokeAsync(() => page.FindAll("[role=tab]").Single(tab => tab.TextContent.Trim() == "Settings").Click());
        Sees(page, "tried again 2 times, first after 1 min 0 s");
    }

    [Fact]
    public async Task A_job_that_is_not_there_is_said_to_be_gone()
    {
        await using var world = await JobsWorld.CreateAsync();
        await PlaceAsync(world, world.Vera, Looker);

        Sees(Render<JobPage>(parameters => parameters.Add(p => p.Id, 999)), "Job not found");
    }

    [Fact]
    public async Task Quiet_hours_are_marked_among_the_next_runs()
    {
        await using var world = await JobsWorld.CreateAsync();
        var job = await world.AddAsync(
            JobsWorld.Form("0 23 * * *", set: form => (form.QuietFrom, form.QuietUntil) = (new(22, 0), new(6, 0)))
        );
        await PlaceAsync(world, world.Vera, Looker);

        Sees(Render<JobPage>(parameters => parameters.Add(p => p.Id, job.Id)), "skipped: quiet hours");
    }

    [Fact]
    public async Task It_is_run_with_other_arguments_watched_cancelled_and_run_again()
    {
        await using var world = await JobsWorld.CreateAsync();
        var job = await world.AddAsync(JobsWorld.Form(set: form => form.Arguments = new JsonObject { ["word"] = "hello" }));
        await PlaceAsync(world, world.Root, Writer);
        var dialogs = Overlays;
        var page = Render<JobPage>(parameters => parameters.Add(p => p.Id, job.Id));
        page.WaitForAssertion(() => Button(page, "Run now…").Click(), Patience);
        dialogs.WaitForAssertion(
            () => Assert.Contains("hello", Field(dialogs, "Arguments of this run").GetAttribute("value"), StringComparison.Ordinal),
            Patience
        );
        Write(dialogs, "Arguments of this run", "[1]");
        await dialogs.Find("form").SubmitAsync();
        Sees(dialogs, "Write a JSON object");
        Write(dialogs, "Arguments of this run", """{"volume": 3}""");
        await dialogs.Find("form").SubmitAsync();
        dialogs.WaitForAssertion(
            () => Assert.Contains("volume", ErrorOf(dialogs, "Arguments of this run"), StringComparison.Ordinal),
            Patience
        );
        Write(dialogs, "Arguments of this run", """{"word": "other"}""");
        await dialogs.Find("form").SubmitAsync();

        Sees(dialogs, "Queued");
        Assert.Contains("other", dialogs.Find("[role=region][aria-label=Arguments]").TextContent, StringComparison.Ordinal);
        world.Act.IsHeld = true;
        await world.TickAsync();
        SeesInTime(world, dialogs, "Running");
        await PressAsync(dialogs, "Cancel run");
        await world.SettledAsync();
        SeesInTime(world, dialogs, "Cancelled by root.");
        world.Act.IsHeld = false;
        await PressAsync(dialogs, "Run again");
        Sees(dialogs, "Queued");
        await world.TickAsync();
        SeesInTime(world, dialogs, "Done.");
        Assert.Equal(["other", "other"], world.Act.Told);
        Assert.Equal([RunOutcome.Cancelled, RunOutcome.Succeeded], await world.OutcomesAsync());
    }

    [Fact]
    public async Task What_a_run_says_is_shown_while_it_says_it()
    {
        await using var world = await JobsWorld.CreateAsync();
        var job = await world.AddAsync(JobsWorld.Form());
        var run = await world.RunAsync(job.Id);
        var live = world.Live.Begin(run.Id);
        await PlaceAsync(world, world.Vera, Looker);
        var dialogs = Overlays;
        _ = dialogs.InvokeAsync(() => Get<MudBlazor.IDialogService>().AskAsync<RunDialog, string>(RunDialog.For(run.Id)));
        Sees(dialogs, "Queued");
        Assert.False(HasButton(dialogs, "Cancel run"));

        live.Say("half of it, ");
        SeesInTime(world, dialogs, "half of it");
        live.Say("all of it");
        SeesInTime(world, dialogs, "half of it, all of it");
        world.Live.End(run.Id);
    }

    [Fact]
    public async Task It_is_paused_resumed_and_deleted_by_its_name()
    {
        await using var world = await JobsWorld.CreateAsync();
        var job = await world.AddAsync(JobsWorld.Form(set: form => form.TimeZone = "America/New_York"));
        await PlaceAsync(world, world.Root, Writer);
        var dialogs = Overlays;
        var page = Render<JobPage>(parameters => parameters.Add(p => p.Id, job.Id));
        page.WaitForAssertion(() => Button(page, "Pause…").Click(), Patience);
        Sees(dialogs, "In the time zone America/New_York.");
        WriteMoment(dialogs, "Until", "2020-01-01T00:00");
        await dialogs.Find("form").SubmitAsync();
        Sees(dialogs, "Enter a time in the future.");
        WriteMoment(dialogs, "Until", "2026-12-01T08:00");
        await dialogs.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Equal("Paused", page.Find("h1 .chip").TextContent), Patience);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 13, 0, 0, TimeSpan.Zero), (await world.JobAsync(job.Id)).Job.PausedUntil);

        await PressAsync(page, "Resume");
        page.WaitForAssertion(() => Assert.Equal("OK", page.Find("h1 .chip").TextContent), Patience);
        await PressAsync(page, "Delete…");
        dialogs.WaitForAssertion(() => Assert.True(Button(dialogs, "Delete job").HasAttribute("disabled")), Patience);
        Write(dialogs, "Type Nightly to confirm", "Nightly");
        await PressAsync(dialogs, "Delete job");

        page.WaitForAssertion(() => Assert.EndsWith("/scheduled-jobs", Navigation.Uri, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task A_job_that_somebody_else_changed_meanwhile_is_not_overwritten()
    {
        await using var world = await JobsWorld.CreateAsync();
        var job = await world.AddAsync(JobsWorld.Form());
        await PlaceAsync(world, world.Root, Writer);
        var dialogs = Overlays;
        var page = Render<JobPage>(parameters => parameters.Add(p => p.Id, job.Id));
        page.WaitForAssertion(() => Button(page, "Edit…").Click(), Patience);
        dialogs.WaitForAssertion(() => Write(dialogs, "Name", "Mine"), Patience);
        await world.Registry.OutsideAsync($"UPDATE scheduled_jobs SET name = 'Theirs' WHERE id = {job.Id}");

        await dialogs.Find("form").SubmitAsync();

        Sees(dialogs, "Somebody else changed this job while you had it open.");
        Assert.Equal("Mine", Field(dialogs, "Name").GetAttribute("value"));
    }
}

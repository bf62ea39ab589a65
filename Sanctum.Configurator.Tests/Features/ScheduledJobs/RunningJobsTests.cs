using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

public sealed class RunningJobsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_job_runs_once_when_it_is_due(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        var job = await world.AddAsync(JobsWorld.Form(set: form => form.Arguments = new JsonObject { ["word"] = "hello" }));
        Assert.Equal(world.Clock.GetUtcNow().AddMinutes(5), job.NextRun);
        await world.TickAsync();
        Assert.Empty(await world.RunsAsync());

        world.Clock.Advance(TimeSpan.FromMinutes(5));
        await world.TickAsync();
        await world.TickAsync();

        var run = Assert.Single(await world.RunsAsync());
        Assert.Equal(
            (RunOutcome.Succeeded, "Done.", job.NextRun, 1, (string?)null),
            (run.Outcome, run.Message, run.DueAt, run.Attempt, run.TriggeredBy)
        );
        Assert.Equal(["hello"], world.Act.Told);
        var now = (await world.JobAsync(job.Id)).Job;
        Assert.Equal((world.Clock.GetUtcNow(), job.NextRun!.Value.AddMinutes(5), job.Version), (now.LastRun, now.NextRun, now.Version));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_row_of_another_program_runs(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        await world.Registry.OutsideAsync(
            "INSERT INTO scheduled_jobs (name, cron_expression, action) VALUES ('theirs', '* * * * *', 'wait')"
        );
        await world.TickAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.TickAsync();

        Assert.Equal([RunOutcome.Succeeded], await world.OutcomesAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_two_consoles_one_runs_it(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        await using var other = world.AnotherConsole();
        await world.AddAsync(JobsWorld.Form());
        world.Clock.Advance(TimeSpan.FromMinutes(5));

        await Task.WhenAll(world.Engine.TickAsync(Cancel), other.GetRequiredService<JobEngine>().TickAsync(Cancel));
        await Wait.UntilAsync(() => !world.Act.Told.IsEmpty);

        Assert.Single(await world.RunsAsync());
        Assert.Single(world.Act.Told);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_due_while_it_runs_follows_the_jobs_overlap(TestDatabase database)
    {
        foreach (
            var (overlap, expected) in new[]
            {
                (OverlapPolicy.Skip, new[] { RunOutcome.Running, RunOutcome.Skipped }),
                (OverlapPolicy.Queue, [RunOutcome.Running, RunOutcome.Queued]),
                (OverlapPolicy.Allow, [RunOutcome.Running, RunOutcome.Running]),
            }
        )
        {
            await using var world = await JobsWorld.CreateAsync(database);
            world.Act.IsHeld = true;
            await world.AddAsync(JobsWorld.Form(set: form => form.Overlap = overlap));
            world.Clock.Advance(TimeSpan.FromMinutes(5));
            await world.TickAsync();
            world.Clock.Advance(TimeSpan.FromMinutes(5));

            await world.TickAsync();

            Assert.Equal(expected, await world.OutcomesAsync());
            while (world.Act.Waiting > 0)
            {
                await world.Act.LetGoAsync();
                await world.SettleAsync();
                await world.TickAsync();
            }

            Assert.DoesNotContain(RunOutcome.Queued, await world.OutcomesAsync());
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_run_makes_way_for_the_next_where_the_job_wants_that(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        world.Act.IsHeld = true;
        await world.AddAsync(JobsWorld.Form(set: form => form.Overlap = OverlapPolicy.CancelOld));
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        await world.TickAsync();
        for (var times = 0; times < 20; times++)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(15));
            await world.Engine.AnswerOnceAsync(Cancel);
        }

        await world.TickAsync();
        await world.Engine.AnswerOnceAsync(Cancel);
        world.Act.IsHeld = false;
        await Wait.UntilAsync(() => world.Act.Waiting == 0);

        await world.SettleAsync();
        await world.TickAsync();

        Assert.Equal([RunOutcome.Cancelled, RunOutcome.Succeeded], await world.OutcomesAsync());
        Assert.Equal("Replaced by the next run.", (await world.RunsAsync())[0].Message);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_run_that_takes_too_long_is_stopped(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        world.Act.IsHeld = true;
        var job = await world.AddAsync(JobsWorld.Form(set: form => form.TimeoutSeconds = 30));
        await world.RunAsync(job.Id);
        await world.TickAsync();

        world.Clock.Advance(TimeSpan.FromSeconds(30));
        await world.SettledAsync();

        var run = Assert.Single(await world.RunsAsync());
        Assert.Equal((RunOutcome.TimedOut, 30_000), (run.Outcome, run.Milliseconds));
        Assert.StartsWith("Timed out after 30 seconds", run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_stop_is_left_alone_and_keeps_nothing_waiting()
    {
        await using var world = await JobsWorld.CreateAsync();
        (world.Act.IsHeld, world.Act.IgnoresStop) = (true, true);
        var job = await world.AddAsync(JobsWorld.Form(set: form => form.TimeoutSeconds = 30));
        await world.RunAsync(job.Id);
        await world.TickAsync();

        world.Clock.Advance(TimeSpan.FromSeconds(30));
        await Wait.UntilAsync(() =>
        {
            world.Clock.Advance(RunExecutor.CancelGracePeriod);
            return world.Live.Count == 0;
        });

        await world.SettledAsync();

        var run = Assert.Single(await world.RunsAsync());
        Assert.Equal(RunOutcome.TimedOut, run.Outcome);
        Assert.EndsWith("The run did not stop when cancelled. Its work may still be going on.", run.Message, StringComparison.Ordinal);
        await world.Act.LetGoAsync();
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_run_is_cancelled_where_it_waits_and_where_it_is_under_way(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        world.Act.IsHeld = true;
        var job = await world.AddAsync(JobsWorld.Form());
        var (first, second) = (await world.RunAsync(job.Id), await world.RunAsync(job.Id));
        await world.TickAsync();

        Assert.IsType<Outcome<RunRow>.Ok>(await world.CallAsync((JobRunService runs) => runs.CancelAsync(second.Id, Cancel), world.Ada));
        Assert.IsType<Outcome<RunRow>.Ok>(await world.CallAsync((JobRunService runs) => runs.CancelAsync(first.Id, Cancel), world.Ada));
        await world.SettledAsync();

        Assert.Equal([RunOutcome.Cancelled, RunOutcome.Cancelled], await world.OutcomesAsync());
        Assert.All(await world.RunsAsync(), run => Assert.Equal("Cancelled by ada.", run.Message));
        Assert.IsType<Outcome<RunRow>.Invalid>(await world.CallAsync((JobRunService runs) => runs.CancelAsync(first.Id, Cancel)));
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite, LostRunPolicy.MarkLost)]
    [InlineData(TestDatabase.Sqlite, LostRunPolicy.RunAgain)]
    [InlineData(TestDatabase.Postgres, LostRunPolicy.MarkLost)]
    [InlineData(TestDatabase.Postgres, LostRunPolicy.RunAgain)]
    public async Task The_runs_of_a_console_that_does_not_answer_are_taken_over_and_it_writes_nothing_about_them(
        TestDatabase database,
        LostRunPolicy policy
    )
    {
        await using var world = await JobsWorld.CreateAsync(database);
        await using var other = world.AnotherConsole();
        world.Act.IsHeld = true;
        var job = await world.AddAsync(JobsWorld.Form("0 0 1 1 *", set: form => form.LostRuns = policy));
        await world.RunAsync(job.Id);
        await world.TickAsync();

        world.Clock.Advance(JobsWorld.Lease);
        await other.GetRequiredService<JobEngine>().AnswerOnceAsync(Cancel);
        Assert.Equal([RunOutcome.Running], await world.OutcomesAsync());
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await other.GetRequiredService<JobEngine>().AnswerOnceAsync(Cancel);
        await other.GetRequiredService<JobEngine>().TellAsync(Cancel);
        await world.Act.LetGoAsync();
        await world.SettledAsync();

        RunOutcome[] expected = policy == LostRunPolicy.MarkLost ? [RunOutcome.Lost] : [RunOutcome.Lost, RunOutcome.Queued];
        Assert.Equal(expected, await world.OutcomesAsync());
        Assert.Equal("Nightly was abandoned", Assert.Single(await world.NotificationsAsync()).Title);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_console_that_answers_keeps_its_runs(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        await using var other = world.AnotherConsole();
        world.Act.IsHeld = true;
        var job = await world.AddAsync(JobsWorld.Form("0 0 1 1 *"));
        await world.RunAsync(job.Id);
        await world.TickAsync();
        for (var times = 0; times < 5; times++)
        {
            world.Clock.Advance(JobsWorld.Lease / 2);
            await world.Engine.AnswerOnceAsync(Cancel);
            await other.GetRequiredService<JobEngine>().AnswerOnceAsync(Cancel);
        }

        await world.Act.LetGoAsync();
        await world.SettledAsync();

        Assert.Equal([RunOutcome.Succeeded], await world.OutcomesAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_taken_and_never_begun_is_lost_when_its_lease_is_over(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        world.Act.IsHeld = true;
        var (begun, stuck) = (
            await world.AddAsync(JobsWorld.Form("0 0 1 1 *", "begun")),
            await world.AddAsync(JobsWorld.Form("0 0 1 1 *", "stuck"))
        );
        await world.RunAsync(begun.Id);
        await world.TickAsync();
        await world.RunAsync(stuck.Id);
        Assert.Single(await world.CallAsync((RunLeases claims) => claims.TakeAsync(1, Cancel)));

        for (var times = 0; times < 4; times++)
        {
            world.Clock.Advance(JobsWorld.Lease / 2);
            await world.Engine.AnswerOnceAsync(Cancel);
        }

        Assert.Equal([RunOutcome.Running, RunOutcome.Lost], await world.OutcomesAsync());
        await world.Act.LetGoAsync();
        await world.SettledAsync();
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_no_database_takes_is_stored_all_the_same(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        world.Act.Failure = "a\0b\ud800c";
        await world.RunAsync((await world.AddAsync(JobsWorld.Form())).Id);

        await world.TickAsync();

        Assert.Equal((RunOutcome.Failed, "a\ufffdb\ufffdc"), ((await world.RunsAsync())[0].Outcome, (await world.RunsAsync())[0].Message));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_job_waits_for_the_other_runs_of_its_agent(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        await world.Registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        world.Act.IsHeld = true;
        var (first, second) = (
            await world.AddAsync(JobsWorld.Form(name: "a", set: form => form.AgentId = 1)),
            await world.AddAsync(
                JobsWorld.Form(
                    name: "b",
                    set: form =>
                    {
                        form.AgentId = 1;
                        form.WaitsForAgent = true;
                    }
                )
            )
        );
        await world.RunAsync(first.Id);
        await world.RunAsync(second.Id);

        await world.TickAsync();
        Assert.Equal([RunOutcome.Running, RunOutcome.Queued], await world.OutcomesAsync());
        await world.Act.LetGoAsync();
        await world.SettledAsync();
        await world.TickAsync();

        Assert.Equal([RunOutcome.Succeeded, RunOutcome.Running], await world.OutcomesAsync());
        await world.Act.LetGoAsync();
        await world.SettledAsync();
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_clock_that_was_set_back_runs_no_time_twice(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        var job = await world.AddAsync(JobsWorld.Form());
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        await world.TickAsync();

        world.Clock.AdjustTime(world.Clock.GetUtcNow().AddMinutes(-4));
        var form = (await world.JobAsync(job.Id)).Form;
        form.Description = "Saved while the clock was wrong.";
        await world.AddAsync(form);
        Assert.Equal(world.Clock.GetUtcNow().AddMinutes(4), (await world.JobAsync(job.Id)).Job.NextRun);
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        await world.TickAsync();

        Assert.Single(await world.RunsAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_clock_that_was_far_ahead_leaves_no_job_waiting_for_that_time(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        var job = await world.AddAsync(JobsWorld.Form());
        world.Clock.Advance(TimeSpan.FromDays(400));
        await world.TickAsync();
        Assert.True((await world.JobAsync(job.Id)).Job.NextRun > world.Clock.GetUtcNow());

        world.Clock.AdjustTime(world.Clock.GetUtcNow().AddDays(-400));
        await world.TickAsync();

        Assert.Equal(world.Clock.GetUtcNow().AddMinutes(5), (await world.JobAsync(job.Id)).Job.NextRun);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_schedule_that_another_program_broke_is_named_and_stands_in_the_history(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        var job = await world.AddAsync(JobsWorld.Form());
        await world.Registry.OutsideAsync("UPDATE scheduled_jobs SET cron_expression = '61 * * * *', next_run = NULL");

        await world.TickAsync();

        var now = (await world.JobAsync(job.Id)).Job;
        Assert.Equal(JobState.Broken, now.State);
        Assert.Contains("is not valid", now.Problem, StringComparison.Ordinal);
        Assert.Equal(
            "1",
            await world.Registry.OutsideAsync(
                "SELECT count(*) FROM change_history WHERE table_name = 'scheduled_jobs' AND actor = 'console' AND act = 'update'"
            )
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Deleting_a_job_keeps_its_history_and_cancels_what_waits(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        var job = await world.AddAsync(JobsWorld.Form());
        await world.RunAsync(job.Id);
        await world.TickAsync();
        await world.RunAsync(job.Id);

        Assert.IsType<Outcome<JobRow>.Ok>(await world.CallAsync((JobService jobs) => jobs.DeleteAsync(job.Id, null, Cancel)));

        Assert.Equal([RunOutcome.Succeeded, RunOutcome.Cancelled], await world.OutcomesAsync());
        Assert.All(await world.RunsAsync(), run => Assert.Equal(((int?)null, "Nightly"), (run.JobId, run.JobName)));
    }
}

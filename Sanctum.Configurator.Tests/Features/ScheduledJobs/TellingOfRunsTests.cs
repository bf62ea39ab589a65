using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

public sealed class TellingOfRunsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_failed_run_is_tried_again_later_and_later_and_then_told(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        world.Act.Failure = "The disk is full.";
        var job = await world.AddAsync(
            JobsWorld.Form(
                "0 0 1 1 *",
                set: form =>
                {
                    form.Retries = 2;
                    form.RetryAfterSeconds = 60;
                }
            )
        );
        await world.RunAsync(job.Id);
        await world.TickAsync();
        Assert.Equal([RunOutcome.Failed, RunOutcome.Queued], await world.OutcomesAsync());
        Assert.Empty(await world.NotificationsAsync());

        world.Clock.Advance(TimeSpan.FromSeconds(60));
        await world.TickAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(119));
        await world.TickAsync();
        Assert.Equal([RunOutcome.Failed, RunOutcome.Failed, RunOutcome.Queued], await world.OutcomesAsync());
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await world.TickAsync();

        Assert.Equal([1, 2, 3], (await world.RunsAsync()).Select(run => run.Attempt));
        var notice = Assert.Single(await world.NotificationsAsync());
        Assert.Equal((NoticeLevel.Error, "Nightly failed", "The disk is full."), (notice.Level, notice.Title, notice.Message));
        Assert.Null(notice.ResolvedAt);

        world.Act.Failure = null;
        await world.RunAsync(job.Id);
        await world.TickAsync();
        Assert.NotNull(Assert.Single(await world.NotificationsAsync()).ResolvedAt);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_could_not_be_told_is_told_as_soon_as_it_can_be(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        world.Act.Failure = "The disk is full.";
        await world.RunAsync((await world.AddAsync(JobsWorld.Form("0 0 1 1 *"))).Id);

        await ExecuteAsync(world, "ALTER TABLE notifications RENAME TO notifications_away");
        await Assert.ThrowsAnyAsync<Exception>(world.TickAsync);
        await ExecuteAsync(world, "ALTER TABLE notifications_away RENAME TO notifications");
        Assert.Equal([RunOutcome.Failed], await world.OutcomesAsync());
        Assert.Empty(await world.NotificationsAsync());

        await world.TickAsync();
        await world.TickAsync();

        Assert.Equal("Nightly failed", Assert.Single(await world.NotificationsAsync()).Title);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_try_whose_time_came_after_the_last_look_is_the_next_thing_to_do(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        world.Act.Failure = "The disk is full.";
        await world.RunAsync(
            (
                await world.AddAsync(
                    JobsWorld.Form(
                        "0 0 1 1 *",
                        set: form =>
                        {
                            form.Retries = 1;
                            form.RetryAfterSeconds = 60;
                        }
                    )
                )
            ).Id
        );
        await world.TickAsync();
        var seen = world.Clock.GetUtcNow();

        world.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(seen.AddSeconds(60), await world.CallAsync((JobPlanner planner) => planner.NextAsync(seen, Cancel)));
        Assert.NotEqual(
            seen.AddSeconds(60),
            await world.CallAsync((JobPlanner planner) => planner.NextAsync(world.Clock.GetUtcNow(), Cancel))
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Missed_runs_are_listed_and_told(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        await world.AddAsync(JobsWorld.Form());
        world.Clock.Advance(TimeSpan.FromMinutes(17));

        await world.TickAsync();

        Assert.Equal([RunOutcome.Missed, RunOutcome.Missed, RunOutcome.Missed], await world.OutcomesAsync());
        Assert.Equal("Nightly missed 3 runs", Assert.Single(await world.NotificationsAsync()).Title);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Many_jobs_that_missed_runs_together_are_told_of_once(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database);
        foreach (var name in new[] { "a", "b", "c", "d", "e", "f", "g" })
        {
            await world.AddAsync(JobsWorld.Form(name: name, set: form => form.Alerts = name == "g" ? [] : form.Alerts));
        }

        world.Clock.Advance(TimeSpan.FromMinutes(17));
        await world.TickAsync();

        var notice = Assert.Single(await world.NotificationsAsync());
        Assert.Equal("6 jobs missed runs", notice.Title);
        Assert.Contains("a, b, c, d, e and 1 more", notice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_takes_longer_than_usual_is_told()
    {
        await using var world = await JobsWorld.CreateAsync();
        world.Act.IsHeld = true;
        var job = await world.AddAsync(JobsWorld.Form("0 0 1 1 *"));
        for (var run = 0; run < 11; run++)
        {
            Assert.Empty(await world.NotificationsAsync());
            await world.RunAsync(job.Id);
            await world.TickAsync();
            world.Clock.Advance(TimeSpan.FromSeconds(run < 10 ? 2 : 6));
            await world.Act.LetGoAsync();
            await world.SettledAsync();
        }

        Assert.Equal("Nightly took longer than usual", Assert.Single(await world.NotificationsAsync()).Title);
    }

    private static async Task ExecuteAsync(JobsWorld world, string sql)
    {
        await using var context = world.Registry.Open();
        await context.Database.ExecuteSqlRawAsync(sql, Cancel);
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sanctum.Configurator.Features.Logs.Alerts;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class RaisingAlertsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task It_is_raised_also_after_a_clock_was_far_ahead_and_set_back(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var alert = await world.AddAsync(
            new()
            {
                Name = "Errors",
                Query = "level>=error",
                Threshold = 3,
                WindowSeconds = 60,
                Level = NoticeLevel.Error,
            }
        );
        world.Clock.Advance(TimeSpan.FromDays(400));
        await world.WriteAsync("bad");
        await world.CheckAsync();

        world.Clock.AdjustTime(world.Clock.GetUtcNow().AddDays(-400));
        await world.WriteAsync("bad", 3);
        world.Clock.Advance(AlertChecker.Every);
        await world.CheckAsync();

        Assert.Equal((AlertState.Raised, 3, 1), await SeenAsync(world, alert));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task It_is_raised_once_while_there_are_enough_and_over_when_there_are_fewer(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var alert = await world.AddAsync(
            new()
            {
                Name = "Errors",
                Query = "level>=error",
                Threshold = 3,
                WindowSeconds = 60,
                Level = NoticeLevel.Error,
            }
        );
        await world.WriteAsync("bad", 2);
        await world.WriteAsync("good", 9, LogLevelWord.Info);
        await world.CheckAsync();
        Assert.Equal((AlertState.Quiet, 2, 0), await SeenAsync(world, alert));

        await world.WriteAsync("bad");
        await world.CheckAsync();
        Assert.Equal((AlertState.Quiet, 2, 0), await SeenAsync(world, alert));
        world.Clock.Advance(AlertChecker.Every);
        await world.CheckAsync();
        Assert.Equal((AlertState.Raised, 3, 1), await SeenAsync(world, alert));
        var raisedAt = world.Clock.GetUtcNow();
        await world.WriteAsync("bad");
        world.Clock.Advance(AlertChecker.Every);
        await world.CheckAsync();
        Assert.Equal((AlertState.Raised, 4, 1), await SeenAsync(world, alert));
        var told = Assert.Single(await world.NotificationsAsync());
        Assert.Equal(
            ("Errors", NoticeLevel.Error, NoticeSources.Logs, 1, null),
            (told.Title, told.Level, told.Source, told.Occurrences, told.ResolvedAt)
        );
        Assert.Equal("4 lines in 1 minute; 3 raise the alert. Check the lines or change the alert.", told.Message);
        Assert.Equal($"/logs?from={raisedAt.AddMinutes(-1).ToUnixTimeMilliseconds()}&q=level%3E%3Derror", told.Link);

        world.Clock.Advance(TimeSpan.FromMinutes(2));
        await world.CheckAsync();
        Assert.Equal((AlertState.Quiet, 0, 0), await SeenAsync(world, alert));
        Assert.NotNull(Assert.Single(await world.NotificationsAsync()).ResolvedAt);
        Assert.Equal(
            (alert.Version, raisedAt),
            ((await world.AlertAsync(alert.Id)).Version, (await world.AlertAsync(alert.Id)).LastRaisedAt)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Lines_before_the_window_and_after_this_moment_do_not_count(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var alert = await world.AddAsync(
            new()
            {
                Name = "Errors",
                Threshold = 2,
                WindowSeconds = 60,
            }
        );
        foreach (var secondsAgo in new[] { 59, 61, -1 })
        {
            await world.WriteAsync("bad", secondsAgo: secondsAgo);
        }

        await world.CheckAsync();

        Assert.Equal((AlertState.Quiet, 1, 0), await SeenAsync(world, alert));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Words_are_counted_as_far_as_it_takes(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var alert = await world.AddAsync(
            new()
            {
                Name = "Timeouts",
                Query = "timeout message~\"\\d ms\"",
                Threshold = 5,
                WindowSeconds = 300,
            }
        );
        await world.WriteAsync("a timeout after 9 ms", 4);
        await world.WriteAsync("a timeout", 4);
        await world.CheckAsync();
        Assert.Equal((AlertState.Quiet, 4, 0), await SeenAsync(world, alert));

        await world.WriteAsync("a timeout after 9 ms", 4);
        world.Clock.Advance(AlertChecker.Every);
        await world.CheckAsync();

        Assert.Equal((AlertState.Raised, 5, 1), await SeenAsync(world, alert));
        Assert.StartsWith(
            "5 lines or more in 5 minutes;",
            Assert.Single(await world.NotificationsAsync()).Message,
            StringComparison.Ordinal
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Two_consoles_check_it_once_and_raise_it_once(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await using var other = world.AnotherConsole();
        var alert = await world.AddAsync(
            new()
            {
                Name = "Errors",
                Threshold = 1,
                WindowSeconds = 60,
            }
        );
        await world.WriteAsync("bad");

        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(at => Task.Run(() => AlertsWorld.CheckAsync(at % 2 == 0 ? world.Registry.Services : other), Cancel))
        );

        Assert.Equal((AlertState.Raised, 1, 1), await SeenAsync(world, alert));
        Assert.Equal(1, Assert.Single(await world.NotificationsAsync()).Occurrences);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_that_can_not_be_read_any_more_says_so_and_keeps_no_other_from_its_check(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await using var context = world.Registry.Open();
        var athena = new Agent { Name = "Athena" };
        context.Add(athena);
        await context.SaveChangesAsync(Cancel);
        var named = await world.AddAsync(new() { Name = "By Athena", Query = "agent:Athena" });
        var errors = await world.AddAsync(new() { Name = "Errors", Threshold = 1 });
        athena.Name = "Minerva";
        await context.SaveChangesAsync(Cancel);
        await world.WriteAsync("bad");
        await world.CheckAsync();

        var failing = await world.AlertAsync(named.Id);
        Assert.Equal((AlertState.Failing, AlertState.Raised), (failing.State, (await world.AlertAsync(errors.Id)).State));
        Assert.StartsWith("The search of this alert is no longer valid. At 1: ", failing.Problem, StringComparison.Ordinal);
        Assert.Equal(["The alert By Athena can't be checked", "Errors"], (await world.NotificationsAsync()).Select(n => n.Title));

        athena.Name = "Athena";
        await context.SaveChangesAsync(Cancel);
        world.Clock.Advance(AlertChecker.Every);
        await world.CheckAsync();
        Assert.Equal(AlertState.Failing, (await world.AlertAsync(named.Id)).State);
        world.Clock.Advance(AlertChecker.AfterFailure);
        await world.CheckAsync();
        Assert.Equal((AlertState.Quiet, null), ((await world.AlertAsync(named.Id)).State, (await world.AlertAsync(named.Id)).Problem));
        Assert.NotNull((await world.NotificationsAsync())[0].ResolvedAt);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_worker_checks_each_about_every_ten_seconds(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var alert = await world.AddAsync(
            new()
            {
                Name = "Errors",
                Threshold = 1,
                WindowSeconds = 86_400, // Longer than all glances together, however late the worker's thread is.
            }
        );
        await world.WriteAsync("bad");
        using var worker = new AlertWorker(
            world.Registry.Services.GetRequiredService<IServiceScopeFactory>(),
            world.Clock,
            NullLogger<AlertWorker>.Instance
        );
        await worker.StartAsync(Cancel);
        for (var glances = 0; (await world.NotificationsAsync()).Count == 0; glances++)
        {
            Assert.True(glances < 10_000, "It is never raised.");
            world.Clock.Advance(AlertWorker.Glance);
        }

        await worker.StopAsync(Cancel);
        Assert.True((await world.AlertAsync(alert.Id)).IsRaised);
    }

    private static async Task<(AlertState State, int? Count, int Open)> SeenAsync(AlertsWorld world, AlertRow alert)
    {
        var now = await world.AlertAsync(alert.Id);
        return (now.State, now.LastCount, (await world.NotificationsAsync()).Count(n => n.ResolvedAt is null));
    }
}

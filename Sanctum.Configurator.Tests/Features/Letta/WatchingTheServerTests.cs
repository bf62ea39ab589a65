using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta;

public sealed class WatchingTheServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_monitor_tests_at_the_interval_of_the_settings_and_keeps_every_check(TestDatabase database)
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(database);
        await world.SaveAsync(letta);
        await world.SaveAsync(("letta_check_interval", "20"));

        Assert.Equal(TimeSpan.FromSeconds(20), await world.Monitor.WatchAsync(Cancel));
        world.Clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(TimeSpan.FromSeconds(1), await world.Monitor.WatchAsync(Cancel));
        Assert.Single(await world.ChecksAsync());
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        letta.Behaviour = new() { Token = "changed" };
        await world.Monitor.WatchAsync(Cancel);
        letta.Behaviour = new();
        world.Clock.Advance(TimeSpan.FromSeconds(20));
        await world.Monitor.WatchAsync(Cancel);

        var checks = await world.ChecksAsync();
        Assert.Equal(["connected", "unauthorized", "connected"], checks.Select(c => c.Verdict));
        Assert.All(checks, check => Assert.Equal(LettaMonitorWorker.Name, check.CheckedBy));
        Assert.Equal(world.Clock.GetUtcNow(), (await world.SettingsAsync()).LastConnected);
    }

    [Fact]
    public async Task A_clock_that_was_far_ahead_does_not_stop_the_watch()
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(letta);
        world.Clock.Advance(TimeSpan.FromDays(400));
        await world.Monitor.WatchAsync(Cancel);

        world.Clock.AdjustTime(world.Clock.GetUtcNow().AddDays(-400));
        var rest = await world.Monitor.WatchAsync(Cancel);

        Assert.Equal(2, (await world.ChecksAsync()).Count);
        Assert.True(rest < TimeSpan.FromMinutes(2), $"{rest}");
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_state_says_since_when_and_every_change_of_it_is_told(TestDatabase database)
    {
        await using var world = await LettaWorld.CreateAsync(database);
        var told = new List<string>();
        using var subscription = world.State.Subscribe(now => told.Add(now.Word));
        await world.RefreshAsync();
        await world.AddAsync(LettaVerdict.Connected);
        var up = (await world.RefreshAsync()).Since;
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.AddAsync(LettaVerdict.Connected);
        await world.AddAsync(LettaVerdict.Refused, isOfSaved: false);
        Assert.Equal(up, (await world.RefreshAsync()).Since);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.AddAsync(LettaVerdict.Refused);

        var down = await world.RefreshAsync();
        await world.RefreshAsync();

        Assert.Equal((world.Clock.GetUtcNow(), world.Clock.GetUtcNow() - TimeSpan.FromMinutes(1)), (down.Since, down.LastConnected));
        Assert.Equal(["untested", "connected", "connected", "refused"], told);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_another_console_found_shows_here_within_a_second(TestDatabase database)
    {
        await using var world = await LettaWorld.CreateAsync(database);
        var first = world.NextStateAsync(now => now.Address is not null);
        await world.Get<LettaStateWorker>().StartAsync(Cancel);
        await first;
        await world.AddAsync(LettaVerdict.Refused);

        var seen = world.NextStateAsync(now => now.Verdict == LettaVerdict.Refused);
        await Wait.UntilAsync(() =>
        {
            // The worker may not have come to its timer yet.
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            return seen.IsCompleted;
        });

        Assert.Equal("It is Refused.", (await seen).Message);
        await world.Get<LettaStateWorker>().StopAsync(Cancel);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_new_address_is_tested_at_once(TestDatabase database)
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var other = await FakeLetta.StartAsync(new FakeLettaBehaviour { Token = "of-the-other" });
        await using var world = await LettaWorld.CreateAsync(database);
        await world.SaveAsync(letta);
        await world.FeedAsync();
        var first = world.NextStateAsync(now => now.Verdict == LettaVerdict.Connected);
        await world.Monitor.StartAsync(Cancel);
        await first;

        var second = world.NextStateAsync(now => now is { Verdict: LettaVerdict.Connected, Address.Port: var port } && port == other.Port);
        await world.SaveAsync(other, "of-the-other");
        await world.FeedAsync();

        Assert.Equal(other.Address, (await second).Address);
        await world.Monitor.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_test_that_hangs_is_given_up_when_another_address_is_saved()
    {
        await using var hanging = await FakeLetta.StartAsync(FakeLettaMood.NeverAnswers);
        await using var other = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(hanging);
        await world.FeedAsync();
        await world.Monitor.StartAsync(Cancel);

        var seen = world.NextStateAsync(now => now.Verdict == LettaVerdict.Connected);
        await world.SaveAsync(other);
        await world.FeedAsync();

        Assert.Equal(other.Address, (await seen).Address);
        Assert.DoesNotContain(await world.ChecksAsync(), check => check.Address == hanging.Address.AbsoluteUri);
        await world.Monitor.StopAsync(Cancel);
    }

    [Fact]
    public async Task Switched_off_the_monitor_rests_and_the_state_is_off()
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(letta);
        await world.SaveAsync(("letta_server_active", "false"));

        await world.Monitor.WatchAsync(Cancel);

        Assert.Equal("off", world.State.Current.Word);
        Assert.Empty(letta.Requests);
    }

    [Fact]
    public async Task Of_the_consoles_on_one_database_one_watches_and_another_takes_over()
    {
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Postgres);
        var one = new MonitorTurn(world.Registry.Location);
        await using var two = new MonitorTurn(world.Registry.Location);

        Assert.True(await one.HoldAsync(Cancel));
        Assert.True(await one.HoldAsync(Cancel));
        Assert.False(await two.HoldAsync(Cancel));
        await world.Monitor.WatchAsync(Cancel);
        Assert.Empty(await world.ChecksAsync());

        await one.DisposeAsync();

        // The server notices a connection's end in its own time.
        await Wait.UntilAsync(() => two.HoldAsync(Cancel));
    }
}

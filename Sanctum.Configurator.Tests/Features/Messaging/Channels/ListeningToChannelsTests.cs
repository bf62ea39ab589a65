using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels;

public sealed class ListeningToChannelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_of_two_consoles_listens_and_the_other_takes_over_when_it_answers_no_more(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        await world.AddAsync();
        await using var other = world.AnotherConsole();
        var second = other.GetRequiredService<ChannelHost>();

        await world.Host.TickAsync(Cancel);
        await second.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Fake.Listening == 1);
        await world.Host.EndAllAsync(); // As if it were killed: nothing is given back.
        await second.TickAsync(Cancel);
        Assert.Equal(0, world.Fake.Listening);

        world.Clock.Advance(ChannelLeases.Length + TimeSpan.FromSeconds(1));
        await second.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Fake.Listening == 1);
        Assert.Empty(world.Registry.Services.GetRequiredService<ChannelLeases>().Owned);
        await second.StopAsync(Cancel);
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Fake.Listening == 1);
    }

    [Fact]
    public async Task A_console_that_goes_on_keeps_its_channel()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await world.AddAsync();
        await using var other = world.AnotherConsole();
        for (var at = 0; at < 12; at++)
        {
            await world.Host.TickAsync(Cancel);
            await other.GetRequiredService<ChannelHost>().TickAsync(Cancel);
            Assert.Empty(other.GetRequiredService<ChannelLeases>().Owned);
            Assert.Single(world.Registry.Services.GetRequiredService<ChannelLeases>().Owned);
            world.Clock.Advance(ChannelHost.Often);
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_lost_connection_is_told_with_the_next_attempt_and_is_over_when_the_platform_answers(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        var channel = await world.AddAsync();
        var fails = true;
        world.Fake.Listen = async (_, listener, cancel) =>
        {
            if (Volatile.Read(ref fails))
            {
                throw new ConnectorProblemException("The fake is down. Start it.", TimeSpan.FromMinutes(1));
            }

            await listener.ReportContactAsync(cancel);
            await new TaskCompletionSource().Task.WaitAsync(cancel);
        };

        await world.Host.TickAsync(Cancel);
        var row = await Wait.ForAsync(() => world.ChannelAsync(channel.Id), now => now.Problem is not null);
        Assert.Equal(
            (ChannelState.Problem, "The fake is down. Start it.", world.Clock.GetUtcNow().AddMinutes(1)),
            (row.State, row.Problem, row.NextAttempt)
        );
        Assert.Equal(channel.Version, row.Version);

        Volatile.Write(ref fails, false);
        await Wait.UntilAsync(() =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(10));
            return world.Fake.Listening == 1;
        });
        row = await Wait.ForAsync(() => world.ChannelAsync(channel.Id), now => now.Problem is null);
        Assert.Equal(ChannelState.Live, row.State);
        Assert.NotNull(row.LastContact);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_channel_is_tried_now_whichever_console_has_it(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        var channel = await world.AddAsync();
        var attempts = 0;
        world.Fake.Listen = async (_, listener, cancel) =>
        {
            if (Interlocked.Increment(ref attempts) == 1)
            {
                throw new ConnectorProblemException("The fake is down. Start it.", TimeSpan.FromMinutes(5));
            }

            await listener.ReportContactAsync(cancel);
            await new TaskCompletionSource().Task.WaitAsync(cancel);
        };
        await using var other = world.AnotherConsole();
        var host = other.GetRequiredService<ChannelHost>();
        await host.TickAsync(Cancel);
        await Wait.ForAsync(() => world.ChannelAsync(channel.Id), now => now.Problem is not null);

        Assert.IsType<Outcome<ChannelRow>.Ok>(await world.CallAsync((ChannelService service) => service.TryNowAsync(channel.Id, Cancel)));
        var row = await world.ChannelAsync(channel.Id);
        Assert.Equal(("The fake is down. Start it.", world.Clock.GetUtcNow()), (row.Problem, row.NextAttempt));
        await host.TickAsync(Cancel);

        await Wait.ForAsync(() => world.ChannelAsync(channel.Id), now => now.Problem is null);
        Assert.Equal(2, attempts);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_fault_of_a_library_is_told_and_tried_again_too()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        var channel = await world.AddAsync();
        world.Fake.Listen = (_, _, _) => throw new InvalidOperationException("Object reference, or so.");

        await world.Host.TickAsync(Cancel);

        var row = await Wait.ForAsync(() => world.ChannelAsync(channel.Id), now => now.Problem is not null);
        Assert.Equal("Fake can't be read: Object reference, or so.", row.Problem);
        Assert.NotNull(row.NextAttempt);
    }

    [Fact]
    public async Task It_ends_when_the_channel_is_paused_and_begins_anew_when_it_is_changed()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        var channel = await world.AddAsync();
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Fake.Listening == 1);

        await PauseAsync(world, channel, isPaused: true);
        await world.Host.TickAsync(Cancel);
        Assert.Equal(0, world.Fake.Listening);

        await PauseAsync(world, channel, isPaused: false);
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Fake.Listening == 1);
        var form = (await world.ChannelAsync(channel.Id)).ToForm();
        (form.Settings["server"], form.Secret) = ("https://two.example", "right");
        await world.AddAsync(form);
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Fake.Opened.LastOrDefault()?.Settings.Text(FakeConnector.Server) == "https://two.example");
        Assert.Equal(1, world.Fake.Listening);
    }

    [Fact]
    public async Task How_far_it_was_read_is_kept_after_what_was_read_and_not_where_that_could_not_be_kept()
    {
        var isBroken = true;
        await using var world = await ChannelsWorld.CreateAsync(
            accept: (_, _) =>
                isBroken
                    ? throw new IOException("The disk is full")
                    : Task.FromResult<Outcome<Sanctum.Configurator.Features.Messaging.Incoming.AcceptedMessage>>(
                        new Outcome<Sanctum.Configurator.Features.Messaging.Incoming.AcceptedMessage>.Invalid("", "Nobody may write.")
                    )
        );
        var channel = await world.AddAsync();
        world.Fake.Listen = async (open, listener, cancel) =>
        {
            await listener.AcceptAsync(FakeConnector.Message(open, "hello", "1"), cancel);
            await listener.KeepCursorAsync("2", cancel);
            await new TaskCompletionSource().Task.WaitAsync(cancel);
        };

        await world.Host.TickAsync(Cancel);
        await Wait.ForAsync(() => world.ChannelAsync(channel.Id), now => now.Problem is not null);
        Assert.Equal("", await world.Registry.OutsideAsync("SELECT cursor FROM channels"));

        isBroken = false;
        await Wait.UntilAsync(() =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            return world.Fake.Listening == 1;
        });
        await Wait.UntilAsync(async () => await world.Registry.OutsideAsync("SELECT cursor FROM channels") == "2");
    }

    [Fact]
    public async Task Whoever_lost_the_channel_does_not_say_how_far_it_was_read()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await world.AddAsync();
        IListener? late = null;
        world.Fake.Listen = async (_, listener, cancel) =>
        {
            late = listener;
            await new TaskCompletionSource().Task.WaitAsync(cancel);
        };
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => late is not null);
        await world.Registry.OutsideAsync("UPDATE channels SET owner = 'somebody else'");

        await Assert.ThrowsAsync<ConnectorProblemException>(() => late!.KeepCursorAsync("9", Cancel));
        Assert.Equal("", await world.Registry.OutsideAsync("SELECT cursor FROM channels"));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 8)]
    [InlineData(100, 300)]
    public void Breaks_become_longer_and_not_longer_than_five_minutes(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ChannelListener.BackOff(failures));

    private static Task PauseAsync(ChannelsWorld world, ChannelRow channel, bool isPaused) =>
        world.CallAsync((ChannelService channels) => channels.EnableAsync(channel.Id, !isPaused, null, Cancel));
}

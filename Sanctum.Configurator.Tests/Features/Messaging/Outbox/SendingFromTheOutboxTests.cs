using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Messaging.Channels;
using Sanctum.Configurator.Tests.Support;
using static Sanctum.Configurator.Registry.Messaging.OutboxStatus;

namespace Sanctum.Configurator.Tests.Features.Messaging.Outbox;

public sealed class SendingFromTheOutboxTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Pieces_of_a_chat_go_out_in_order_and_chats_beside_each_other(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        var channel = (await world.AddAsync()).Id;
        await world.EnqueueAsync(channel, "a1|a2|a3", "a");
        await world.EnqueueAsync(channel, "b1", "b");
        await world.EnqueueAsync(channel, "a4", "a");

        await world.SendAsync();
        Assert.Equal(["a1", "b1"], world.Fake.Texts.Order(StringComparer.Ordinal));
        await SendAllAsync(world, 3);

        Assert.Equal(["a1", "a2", "a3", "a4"], world.Fake.Sent.Where(s => s.Chat == "a").Select(s => s.Text));
        var rows = await world.OutboxAsync();
        Assert.All(rows, row => Assert.Equal((Sent, $"x{row.Id}", 1), (row.Status, row.ExternalId, row.AttemptCount)));
        Assert.Equal([1, 2, 3, 1, 1], rows.Select(row => row.Part));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_asked_to_come_later_waits_so_long_and_holds_its_chat(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        var channel = (await world.AddAsync()).Id;
        world.Fake.Judge = (piece, _) =>
            Task.FromResult<SendResult>(
                world.Fake.Sent.Count(s => s.Text == "first") < 2 && piece.Text == "first"
                    ? new SendResult.Later("Too many requests.", TimeSpan.FromSeconds(40))
                    : new SendResult.Sent(null)
            );
        await world.EnqueueAsync(channel, "first");
        await world.EnqueueAsync(channel, "second");

        await SendAllAsync(world, 3);
        Assert.Equal(["first"], world.Fake.Texts);
        var waiting = (await world.OutboxAsync())[0];
        Assert.Equal((Queued, "Too many requests."), (waiting.Status, waiting.Failure));

        world.Clock.Advance(TimeSpan.FromSeconds(39));
        await world.SendAsync();
        Assert.Single(world.Fake.Texts);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await SendAllAsync(world, 2);
        Assert.Equal(["first", "first", "second"], world.Fake.Texts);
        Assert.Null((await world.OutboxAsync())[0].Failure);
    }

    [Fact]
    public async Task It_is_given_up_after_so_many_attempts()
    {
        await using var world = await ChannelsWorld.CreateAsync(settings: [("Outbox:MostAttempts", "3")]);
        var channel = (await world.AddAsync()).Id;
        world.Fake.Judge = (_, _) => Task.FromResult<SendResult>(new SendResult.Later("Busy.", TimeSpan.Zero));
        await world.EnqueueAsync(channel, "one|two");
        for (var at = 0; at < 5; at++)
        {
            await world.SendAsync();
            world.Clock.Advance(TimeSpan.FromMinutes(20));
        }

        Assert.Equal(3, world.Fake.Sent.Count);
        var rows = await world.OutboxAsync();
        Assert.Equal((Failed, "Given up after 3 attempts. Busy."), (rows[0].Status, rows[0].Failure));
        Assert.Equal((Failed, 0), (rows[1].Status, rows[1].AttemptCount));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_refused_piece_holds_the_rest_of_its_answer_and_no_other(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        var channel = (await world.AddAsync()).Id;
        world.Fake.Judge = (piece, _) =>
            Task.FromResult<SendResult>(
                piece is { Text: "2", AttemptCount: 0 } && world.Fake.Sent.Count < 4
                    ? new SendResult.Refused("No such chat.")
                    : new SendResult.Sent(null)
            );
        await world.EnqueueAsync(channel, "1|2|3|4");
        await world.EnqueueAsync(channel, "other");

        await SendAllAsync(world, 5);
        Assert.Equal(["1", "2", "other"], world.Fake.Texts);
        Assert.Equal([Sent, Failed, Failed, Failed, Sent], await world.StatesAsync());
        Assert.Equal("No such chat.", (await world.OutboxAsync())[1].Failure);

        await OkAsync(world, service => service.RetryAsync(2, Cancel));
        await SendAllAsync(world, 4);
        Assert.Equal(["1", "2", "other", "2", "3", "4"], world.Fake.Texts);
        Assert.All(await world.StatesAsync(), state => Assert.Equal(Sent, state));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_a_killed_console_was_sending_is_unknown_and_a_person_decides(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        var channel = (await world.AddAsync()).Id;
        await world.EnqueueAsync(channel, "1|2");
        await using (var killed = world.AnotherConsole())
        {
            // It begins, and is no more before it can write what came of it.
            await killed.GetRequiredService<ChannelLeases>().RenewAsync(Cancel);
            var store = killed.GetRequiredService<OutboxStore>();
            Assert.True(await store.ClaimAsync((await store.NextAsync(channel, Cancel)).Single(), Cancel));
        }

        world.Clock.Advance(TimeSpan.FromSeconds(60));
        await world.SendAsync();
        Assert.Equal([Sending, Queued], await world.StatesAsync());
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAllAsync(world, 3);
        Assert.Equal([Unknown, Failed], await world.StatesAsync());
        Assert.Empty(world.Fake.Sent);

        await OkAsync(world, service => service.ResolveAsync(1, Cancel));
        await SendAllAsync(world, 2);
        Assert.Equal(["2"], world.Fake.Texts);
        Assert.Equal([Sent, Sent], await world.StatesAsync());
    }

    [Fact]
    public async Task What_the_platform_leaves_open_is_sent_again_only_by_a_person()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        var channel = (await world.AddAsync()).Id;
        world.Fake.Judge = (_, _) => throw new IOException("Connection reset");
        await world.EnqueueAsync(channel, "1|2");

        await SendAllAsync(world, 4);
        Assert.Equal(["1"], world.Fake.Texts);
        Assert.Equal([Unknown, Failed], await world.StatesAsync());
        Assert.IsType<Outcome<OutboxRow>.Invalid>(await ActAsync(world, service => service.RetryAsync(2, Cancel)));

        world.Fake.Judge = null;
        await OkAsync(world, service => service.RetryAsync(1, Cancel));
        await SendAllAsync(world, 3);
        Assert.Equal(["1", "1", "2"], world.Fake.Texts);
        Assert.Contains("retry outbox 1", await HistoryAsync(world), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_knows_better_than_its_lease_says_so()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        var channel = (await world.AddAsync()).Id;
        var gate = new TaskCompletionSource();
        world.Fake.Judge = async (_, _) =>
        {
            await gate.Task;
            return new SendResult.Sent("late");
        };
        await world.EnqueueAsync(channel, "1");
        var sending = world.SendAsync();
        await Wait.UntilAsync(() => world.Fake.Sent.Count == 1);
        await using var other = world.AnotherConsole();
        world.Clock.Advance(TimeSpan.FromSeconds(59)); // Not yet its own time-out.
        await world.Registry.OutsideAsync("UPDATE outbox SET lease_until = '2020-01-01 00:00:00'");
        await other.GetRequiredService<OutboxStore>().ExpireAsync(Cancel);
        Assert.Equal([Unknown], await world.StatesAsync());

        gate.SetResult();
        await sending;
        Assert.Equal([Sent], await world.StatesAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Two_consoles_never_send_one_piece(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        var channel = (await world.AddAsync()).Id;
        foreach (var chat in Enumerable.Range(1, 40))
        {
            await world.EnqueueAsync(channel, $"m{chat}", $"{chat}");
        }

        await using var other = world.AnotherConsole();
        IServiceProvider[] consoles = [world.Registry.Services, other];
        await Parallel.ForEachAsync(
            consoles,
            Cancel,
            async (console, cancel) =>
            {
                // Each believes that the channel is its own, as one that stood still may do.
                var store = console.GetRequiredService<OutboxStore>();
                foreach (var piece in await store.NextAsync(channel, cancel))
                {
                    if (await store.ClaimAsync(piece, cancel))
                    {
                        await world.Fake.SendAsync(new(channel, "", "fake", 1, ChannelSettings.None, null, null, 1), piece, cancel);
                        await store.FinishAsync(piece.Id, new SendResult.Sent(null), cancel);
                    }
                }
            }
        );

        Assert.Equal(40, world.Fake.Texts.Count);
        Assert.Equal(40, world.Fake.Texts.Distinct().Count());
    }

    [Fact]
    public async Task It_keeps_the_pace_of_the_platform()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        var channel = (await world.AddAsync()).Id;
        world.Fake.Pace = new(3, chat => TimeSpan.FromSeconds(chat == "group" ? 3 : 1));
        await world.EnqueueAsync(channel, "g1|g2", "group");
        await world.EnqueueAsync(channel, "a1|a2", "a");
        await world.EnqueueAsync(channel, "b1", "b");
        await world.EnqueueAsync(channel, "c1", "c");

        await SendAllAsync(world, 3);
        Assert.Equal(["a1", "b1", "g1"], world.Fake.Texts.Order(StringComparer.Ordinal));
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await SendAllAsync(world, 3);
        Assert.Equal(["a2", "c1"], world.Fake.Texts.Skip(3).Order(StringComparer.Ordinal));
        world.Clock.Advance(TimeSpan.FromSeconds(2));
        await SendAllAsync(world, 2);
        Assert.Equal("g2", world.Fake.Texts[^1]);
    }

    [Fact]
    public async Task A_paused_channel_sends_when_it_is_resumed_and_what_is_cancelled_never_goes()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        var channel = await world.AddAsync();
        await world.CallAsync((ChannelService channels) => channels.EnableAsync(channel.Id, false, null, Cancel));
        await world.EnqueueAsync(channel.Id, "1|2|3");
        await world.EnqueueAsync(channel.Id, "4");
        await SendAllAsync(world, 2);
        Assert.Empty(world.Fake.Sent);

        await OkAsync(world, service => service.CancelAsync(2, Cancel));
        Assert.Equal([Queued, Cancelled, Cancelled, Queued], await world.StatesAsync());
        await world.CallAsync((ChannelService channels) => channels.EnableAsync(channel.Id, true, null, Cancel));
        await SendAllAsync(world, 3);
        Assert.Equal(["1", "4"], world.Fake.Texts);
        Assert.IsType<Outcome<OutboxRow>.Invalid>(await ActAsync(world, service => service.CancelAsync(1, Cancel)));
        var eve = await world.Registry.AddUserAsync("eve", UserRole.Viewer);
        Assert.IsType<Outcome<OutboxRow>.Invalid>(await world.CallAsync((OutboxService service) => service.RetryAsync(2, Cancel), eve));
    }

    private static async Task SendAllAsync(ChannelsWorld world, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            await world.SendAsync();
        }
    }

    private static Task<Outcome<OutboxRow>> ActAsync(ChannelsWorld world, Func<OutboxService, Task<Outcome<OutboxRow>>> act) =>
        world.CallAsync(act);

    private static async Task OkAsync(ChannelsWorld world, Func<OutboxService, Task<Outcome<OutboxRow>>> act) =>
        Assert.IsType<Outcome<OutboxRow>.Ok>(await ActAsync(world, act));

    private static async Task<string> HistoryAsync(ChannelsWorld world) =>
        await world.Registry.OutsideAsync(
            "SELECT act || ' ' || table_name || ' ' || row_id FROM change_history WHERE table_name = 'outbox'"
        );
}

using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Messaging.People;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Messages;

public sealed class ActingOnMessagesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_operator_writes_in_the_agents_stead_in_pieces_to_the_last_chat(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var channel = await world.ChannelAsync(await world.AgentAsync());
        var ada = await world.PersonAsync("Ada", ("telegram", "4711", "ada"));
        var route = Assert.Single(await RoutesAsync(world, ada));
        Assert.Equal(("4711", null), (route.Chat, route.Problem));
        await world.MessageAsync(ada, "hi", null, null, channel, profile: route.ProfileId);

        var sent = Assert
            .IsType<Outcome<MessageView>.Ok>(await SendAsync(world, ada, new() { ChannelId = channel.Id, Text = new string('x', 250) }))
            .Value;

        Assert.Equal(
            ("root", "assistant", channel.AgentId, ada),
            (sent.Message.SentBy, sent.Message.Role, sent.Message.AgentId!.Value, sent.Message.PersonId!.Value)
        );
        Assert.Equal([1, 2, 3], sent.Pieces.Select(piece => piece.Part));
        Assert.All(sent.Pieces, piece => Assert.Equal(OutboxStatus.Queued, piece.Status));
        await using var context = world.Registry.Open();
        Assert.All(await context.Outbox.ToListAsync(Cancel), piece => Assert.Equal(("chat", ada), (piece.Chat, piece.LettaUserId!.Value)));
    }

    [Fact]
    public async Task It_is_sent_only_where_a_channel_leads_to_the_person()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var agent = await world.AgentAsync();
        var (mail, api) = (await world.ChannelAsync(agent, "email"), await world.ChannelAsync(agent, "web", "api"));
        var ada = await world.PersonAsync("Ada", ("web", "1", null));
        var nobody = await world.PersonAsync("Nobody");

        Assert.Empty(await RoutesAsync(world, ada));
        Assert.Contains("no channel", await RefusalAsync(world, ada, new() { ChannelId = api.Id, Text = "x" }), StringComparison.Ordinal);
        Assert.Contains(
            "no channel",
            await RefusalAsync(world, nobody, new() { ChannelId = mail.Id, Text = "x" }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Write a message",
            await RefusalAsync(world, ada, new() { ChannelId = api.Id, Text = " " }),
            StringComparison.Ordinal
        );
        var merged = await world.PersonAsync(null, ("email", "a@example.org", null));
        await ListingPeopleTests.MergeAsync(world, ada, merged);
        await world.Registry.OutsideAsync($"UPDATE channels SET is_enabled = 0 WHERE id = {mail.Id}");
        Assert.Contains("disabled", await RefusalAsync(world, ada, new() { ChannelId = mail.Id, Text = "x" }), StringComparison.Ordinal);
        await world.Registry.OutsideAsync($"UPDATE channels SET is_enabled = 1 WHERE id = {mail.Id}");

        Assert.IsType<Outcome<MessageView>.Ok>(await SendAsync(world, ada, new() { ChannelId = mail.Id, Text = "x" }));
        Assert.Equal((1, 1), (await world.CountAsync<Message>(), await world.CountAsync<OutboxEntry>()));
    }

    [Fact]
    public async Task An_answer_is_sent_again_unless_it_is_on_its_way_or_there_is_none()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var channel = await world.ChannelAsync(await world.AgentAsync());
        var ada = await world.PersonAsync("Ada", ("telegram", "4711", "ada"));
        var answered = await world.MessageAsync(ada, "hi", "hello", QueueStatus.Done, channel);
        var waiting = await world.MessageAsync(ada, "hi", null, QueueStatus.Pending, channel);
        var nowhere = await world.MessageAsync(ada, "hi", "hello", QueueStatus.Done);

        var sent = Assert.IsType<Outcome<MessageView>.Ok>(await ResendAsync(world, answered)).Value;
        Assert.Single(sent.Pieces);
        Assert.Contains("on its way", Reason(await ResendAsync(world, answered)), StringComparison.Ordinal);
        Assert.Contains("no answer", Reason(await ResendAsync(world, waiting)), StringComparison.Ordinal);
        Assert.Contains("no channel", Reason(await ResendAsync(world, nowhere)), StringComparison.Ordinal);
        await world.Registry.OutsideAsync("UPDATE outbox SET status = 'unknown'");

        Assert.IsType<Outcome<MessageView>.Ok>(await ResendAsync(world, answered));
        Assert.Equal(2, await world.CountAsync<OutboxEntry>());
    }

    [Fact]
    public async Task A_note_is_kept_with_its_writer_and_taken_away_again()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var message = await world.MessageAsync(await world.PersonAsync("Ada"), "hi");

        var noted = Assert.IsType<Outcome<MessageView>.Ok>(await NoteAsync(world, message, " Call back ")).Value.Message;
        Assert.Equal(("Call back", "root"), (noted.Note, noted.NotedBy));
        var cleared = Assert.IsType<Outcome<MessageView>.Ok>(await NoteAsync(world, message, " ")).Value.Message;

        Assert.Equal((null, null), (cleared.Note, cleared.NotedBy));
        Assert.True(
            Assert.IsType<Outcome<MessageView>.Invalid>(await NoteAsync(world, message, new string('x', 2001))).Reasons.ContainsKey("Note")
        );
        Assert.Equal(
            "2",
            (await world.Registry.OutsideAsync("SELECT count(*) FROM change_history WHERE act = 'note' AND table_name = 'messages'")).Trim()
        );
    }

    [Fact]
    public async Task Whoever_only_reads_acts_on_nothing()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var message = await world.MessageAsync(await world.PersonAsync("Ada"), "hi");
        var reads = await world.Registry.AddUserAsync("reads", UserRole.Viewer, permissions: $"[\"{Policies.ReadMessages}\"]");

        Assert.Contains(
            "permission",
            Reason(await world.CallAsync((MessageActs acts) => acts.NoteAsync(message, new() { Note = "x" }, Cancel), reads)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "permission",
            Reason(await world.CallAsync((MessageActs acts) => acts.ResendAsync(message, Cancel), reads)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Old_messages_go_with_their_channel_but_not_what_waits_failed_or_is_held(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var agent = await world.AgentAsync();
        var (kept, ever) = (await world.ChannelAsync(agent, keepDays: 30), await world.ChannelAsync(agent, "email"));
        var (ada, held) = (await world.PersonAsync("Ada"), await world.PersonAsync("Held"));
        await MergingPeopleTests.SaveAsync(world, held, form => form.HoldReason = "Lawsuit");
        var old = world.Now.AddDays(-31);
        foreach (var number in Enumerable.Range(1, 600))
        {
            await world.MessageAsync(ada, $"old {number}", "yes", number % 2 == 0 ? QueueStatus.Done : null, kept, old);
        }

        var failed = await world.MessageAsync(ada, "failed", null, QueueStatus.Failed, kept, old);
        var waiting = await world.MessageAsync(ada, "waiting", null, QueueStatus.Pending, kept, old);
        var young = await world.MessageAsync(ada, "young", "yes", QueueStatus.Done, kept, world.Now.AddDays(-29));
        var other = await world.MessageAsync(ada, "other channel", "yes", QueueStatus.Done, ever, old);
        var lawsuit = await world.MessageAsync(held, "held", "yes", QueueStatus.Done, kept, old);
        var unknown = await world.MessageAsync(ada, "may have arrived", "yes", QueueStatus.Done, kept, old);
        await world.AddAsync(
            new OutboxEntry
            {
                ChannelId = kept.Id,
                MessageId = unknown,
                Chat = "1",
                Text = "yes",
                Status = OutboxStatus.Unknown,
            }
        );

        Assert.Equal(600, await world.CallAsync((MessageRetention retention) => retention.CleanUpAsync(Cancel)));

        await using var context = world.Registry.Open();
        Assert.Equal(
            [failed, waiting, young, other, lawsuit, unknown],
            await context.Messages.OrderBy(m => m.Id).Select(m => m.Id).ToListAsync(Cancel)
        );
        Assert.Equal(6, await context.Queue.CountAsync(Cancel));
        Assert.Equal(0, await world.CallAsync((MessageRetention retention) => retention.CleanUpAsync(Cancel)));
    }

    private static string Reason(Outcome<MessageView> outcome) =>
        Assert.IsType<Outcome<MessageView>.Invalid>(outcome).Reasons.Values.First();

    private static Task<IReadOnlyList<SendRoute>> RoutesAsync(PeopleWorld world, int person) =>
        world.CallAsync((MessageActs acts) => acts.RoutesAsync(person, Cancel));

    private static Task<Outcome<MessageView>> SendAsync(PeopleWorld world, int person, SendForm form) =>
        world.CallAsync((MessageActs acts) => acts.SendAsync(person, form, Cancel));

    private static async Task<string> RefusalAsync(PeopleWorld world, int person, SendForm form) =>
        Reason(await SendAsync(world, person, form));

    private static Task<Outcome<MessageView>> ResendAsync(PeopleWorld world, int message) =>
        world.CallAsync((MessageActs acts) => acts.ResendAsync(message, Cancel));

    private static Task<Outcome<MessageView>> NoteAsync(PeopleWorld world, int message, string note) =>
        world.CallAsync((MessageActs acts) => acts.NoteAsync(message, new() { Note = note }, Cancel));
}

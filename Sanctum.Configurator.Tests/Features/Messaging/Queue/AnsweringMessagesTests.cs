using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Queue;

/// <summary>Messages on their way to their agents and back, on both databases.</summary>
public sealed class AnsweringMessagesTests
{
    private const string Answer = "I found three lamps.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_message_is_answered_and_its_attempt_is_kept(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await world.QueuedAsync("ada", "Where are the lamps?");

        await world.TickAsync();

        var (row, message) = (await world.EntryAsync(entry), await world.MessageOfAsync(entry));
        Assert.Equal((QueueStatus.Done, 1, null, null), (row.Status, row.AttemptCount, row.Owner, row.LeaseUntil));
        Assert.Equal((true, Answer), (message.Processed, message.AgentResponse));
        var attempt = Assert.Single(await world.AttemptsAsync(entry));
        Assert.Equal(("done", Answer), (attempt.Outcome, attempt.Excerpt));
        Assert.Contains("Where are the lamps?", (string?)world.Talk.Heard.Single()["messages"]![0]!["content"], StringComparison.Ordinal);
        Assert.Equal(row.ClientId, (string?)world.Talk.Heard.Single()["messages"]![0]!["otid"]);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_agent_answers_one_turn_at_a_time_and_agents_answer_side_by_side(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database, agents: 2);
        world.Talk.Reply = FakeLettaReply.NeverEnds;
        int[] entries =
        [
            await world.QueuedAsync("ada", "one"),
            await world.QueuedAsync("bob", "two"),
            await world.QueuedAsync("ada", "three", agent: 1),
        ];

        await world.Engine.TickAsync(Cancel);

        Assert.Equal([QueueStatus.Processing, QueueStatus.Pending, QueueStatus.Processing], await StatusesAsync(world, entries));
        world.Live.CancelAll(RunStop.ConsoleStopped);
        await world.TickAsync();
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_failed_is_tried_later_and_no_later_message_of_the_person_overtakes_it(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        world.Talk.Reply = FakeLettaReply.FailsInTheStream;
        var first = await world.QueuedAsync("ada", "first");
        await world.TickAsync();
        var failed = await world.EntryAsync(first);
        Assert.Equal((QueueStatus.Pending, 1), (failed.Status, failed.AttemptCount));
        Assert.InRange(failed.NotBefore!.Value - world.Clock.GetUtcNow(), TimeSpan.FromSeconds(3.9), TimeSpan.FromSeconds(6.1));
        Assert.Contains("Rate limited by openai", failed.Failure, StringComparison.Ordinal);

        world.Talk.Reply = FakeLettaReply.Answers;
        var second = await world.QueuedAsync("ada", "second");
        var other = await world.QueuedAsync("bob", "other");
        await world.TickAsync();
        Assert.Equal([QueueStatus.Pending, QueueStatus.Pending, QueueStatus.Done], await StatusesAsync(world, first, second, other));

        world.Clock.Advance(TimeSpan.FromSeconds(7));
        await world.TickAsync();
        await world.TickAsync();
        Assert.Equal([QueueStatus.Done, QueueStatus.Done], await StatusesAsync(world, first, second));
        Assert.Equal(["failed", "done"], (await world.AttemptsAsync(first)).Select(a => a.Outcome));
    }

    [Fact]
    public async Task After_its_last_attempt_a_message_has_failed()
    {
        await using var world = await MessagingWorld.CreateAsync();
        world.Talk.Reply = FakeLettaReply.FailsInTheStream;
        var entry = await world.QueuedAsync("ada", "Hello");
        await world.ChangeChannelAsync(channel => channel.MostAttempts = 2);

        await world.TickAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.TickAsync();

        var row = await world.EntryAsync(entry);
        Assert.Equal((QueueStatus.Failed, 2, Causes.Version), (row.Status, row.AttemptCount, row.CauseVersion));
        Assert.Null(row.NotBefore);
        Assert.NotNull(row.EndedAt);
    }

    [Theory]
    [InlineData(FakeLettaMemory.All, QueueStatus.Done, 1)]
    [InlineData(FakeLettaMemory.Questions, QueueStatus.Failed, 1)]
    [InlineData(FakeLettaMemory.Nothing, QueueStatus.Done, 2)]
    public async Task What_may_have_arrived_is_looked_up_before_it_is_given_again(FakeLettaMemory memory, QueueStatus end, int given)
    {
        await using var world = await MessagingWorld.CreateAsync();
        (world.Talk.Reply, world.Talk.Memory) = (FakeLettaReply.EndsEarly, memory);
        var entry = await world.QueuedAsync("ada", "Hello");
        await world.TickAsync();
        Assert.Equal(QueueStatus.Pending, (await world.EntryAsync(entry)).Status);

        (world.Talk.Reply, world.Talk.Memory) = (FakeLettaReply.Answers, memory == FakeLettaMemory.Nothing ? FakeLettaMemory.All : memory);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.TickAsync();

        var row = await world.EntryAsync(entry);
        Assert.Equal((end, given), (row.Status, world.Talk.Heard.Count));
        Assert.Equal(end == QueueStatus.Done ? Answer : null, (await world.MessageOfAsync(entry)).AgentResponse);
        Assert.Equal(end == QueueStatus.Done ? "done" : "unknown", (await world.AttemptsAsync(entry))[^1].Outcome);
        if (end == QueueStatus.Failed)
        {
            Assert.Contains("a second time", row.Failure, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_ends_its_console_twice_is_left_alone(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await world.QueuedAsync("ada", "Hello");
        foreach (var expected in new[] { QueueStatus.Pending, QueueStatus.Poison })
        {
            // Taken, and its console is gone: nobody answers for it.
            await world.OfConsoleAsync((QueueLeases leases) => leases.TakeAsync(1, Cancel));
            world.Clock.Advance(MessagingWorld.Lease + TimeSpan.FromSeconds(1));
            await world.Engine.AnswerOnceAsync(Cancel);
            Assert.Equal(expected, (await world.EntryAsync(entry)).Status);
        }

        Assert.Equal(["lost", "lost"], (await world.AttemptsAsync(entry)).Select(a => a.Outcome));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Who_lost_the_lease_writes_nothing_more(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await world.QueuedAsync("ada", "Hello");
        var taken = await world.OfConsoleAsync((QueueLeases leases) => leases.TakeAsync(1, Cancel));
        world.Clock.Advance(MessagingWorld.Lease + TimeSpan.FromSeconds(1));
        await world.Engine.AnswerOnceAsync(Cancel);

        var written = await world.OfConsoleAsync((QueueEnds ends) => ends.WriteAsync([(taken[0], TurnEnd.Done("too late"))], Cancel));

        Assert.Empty(written);
        Assert.Equal(QueueStatus.Pending, (await world.EntryAsync(entry)).Status);
        Assert.Null((await world.MessageOfAsync(entry)).AgentResponse);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Messages_of_a_burst_are_one_turn(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var before = await world.QueuedAsync("ada", "before");
        await world.TickAsync();
        await world.ChangeChannelAsync(channel => channel.BurstSeconds = 10);
        var first = await world.QueuedAsync("ada", "first");
        world.Clock.Advance(TimeSpan.FromSeconds(8));
        var second = await world.QueuedAsync("ada", "second");
        var other = await world.QueuedAsync("bob", "other");
        world.Clock.Advance(TimeSpan.FromSeconds(8));
        await world.TickAsync();
        Assert.Equal(QueueStatus.Pending, (await world.EntryAsync(first)).Status);

        world.Clock.Advance(TimeSpan.FromSeconds(3));
        await world.TickAsync();
        await world.TickAsync();

        Assert.Equal([QueueStatus.Done, QueueStatus.Done, QueueStatus.Done], await StatusesAsync(world, first, second, other));
        Assert.Equal(first, (await world.EntryAsync(second)).TurnId);
        Assert.Equal(
            (null, Answer),
            ((await world.MessageOfAsync(first)).AgentResponse, (await world.MessageOfAsync(second)).AgentResponse)
        );
        Assert.Equal(3, world.Talk.Heard.Count);
        Assert.NotEqual(before, first);
    }

    [Theory]
    [InlineData(DuringRun.Interrupt, QueueStatus.Cancelled)]
    [InlineData(DuringRun.Steer, QueueStatus.Done)]
    public async Task A_message_during_a_run_interrupts_or_steers_it(DuringRun during, QueueStatus end)
    {
        await using var world = await MessagingWorld.CreateAsync();
        world.Talk.Reply = FakeLettaReply.NeverEnds;
        var first = await world.QueuedAsync("ada", "the lamp");
        await world.ChangeChannelAsync(channel => channel.DuringRun = during);
        await world.Engine.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Talk.Heard.Count == 1);

        world.Talk.Reply = FakeLettaReply.Answers;
        var second = await world.QueuedAsync("ada", "no, the chair");
        await world.TickAsync();
        await world.TickAsync();

        Assert.Equal([end, QueueStatus.Done], await StatusesAsync(world, first, second));
        Assert.NotEmpty(world.Talk.Cancelled);
        var told = (string)world.Talk.Heard[^1]["messages"]![0]!["content"]!;
        Assert.Equal(during == DuringRun.Steer, told.Contains("the lamp", StringComparison.Ordinal));
        Assert.Contains("no, the chair", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_goes_at_once_and_ends_what_its_person_wrote()
    {
        await using var world = await MessagingWorld.CreateAsync();
        world.Talk.Reply = FakeLettaReply.NeverEnds;
        var running = await world.QueuedAsync("ada", "write a novel");
        var waiting = await world.QueuedAsync("ada", "and another");
        var other = await world.QueuedAsync("bob", "hello");
        await world.Engine.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Talk.Heard.Count == 1);

        world.Talk.Reply = FakeLettaReply.Answers;
        var stop = await world.QueuedAsync("ada", "/stop@athena_bot");
        await world.TickAsync();

        Assert.Equal([QueueStatus.Cancelled, QueueStatus.Cancelled, QueueStatus.Done], await StatusesAsync(world, running, waiting, stop));
        await world.TickAsync();
        Assert.Equal(QueueStatus.Done, (await world.EntryAsync(other)).Status);
        Assert.Equal("Stopped.", (await world.MessageOfAsync(stop)).AgentResponse);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_paused_waits_and_goes_on_when_its_time_has_come(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database, agents: 2);
        int[] entries =
        [
            await world.QueuedAsync("ada", "one"),
            await world.QueuedAsync("bob", "two", agent: 1),
            await world.QueuedAsync("cleo", "three", agent: 1),
        ];
        await using (var context = world.Registry.Open())
        {
            context.AddRange(
                new QueuePause
                {
                    Scope = PauseScope.Agent,
                    Subject = $"{world.Agents[0]}",
                    PausedBy = "root",
                    Until = world.Clock.GetUtcNow().AddMinutes(5),
                },
                new QueuePause
                {
                    Scope = PauseScope.Person,
                    Subject = $"{(await world.EntryAsync(entries[1])).LettaUserId}",
                    PausedBy = "root",
                }
            );
            await context.SaveChangesAsync(Cancel);
        }

        await world.TickAsync();
        Assert.Equal([QueueStatus.Pending, QueueStatus.Pending, QueueStatus.Done], await StatusesAsync(world, entries));

        world.Clock.Advance(TimeSpan.FromMinutes(6));
        await world.TickAsync();
        Assert.Equal([QueueStatus.Done, QueueStatus.Pending, QueueStatus.Done], await StatusesAsync(world, entries));
    }

    [Theory]
    [InlineData(ChannelMode.Echo, true)]
    [InlineData(ChannelMode.Listen, false)]
    public async Task A_channel_that_is_not_live_gives_nothing_to_its_agent(ChannelMode mode, bool isQueued)
    {
        await using var world = await MessagingWorld.CreateAsync();
        await world.QueuedAsync("ada", "live");
        await world.TickAsync();
        await world.ChangeChannelAsync(channel => channel.Mode = mode);

        var accepted = await world.AcceptedAsync(world.From("ada", "Anybody there?"));
        await world.TickAsync();

        Assert.Equal(isQueued, accepted.QueueId is not null);
        Assert.Single(world.Talk.Heard);
        await using var context = world.Registry.Open();
        var message = await context.Messages.AsNoTracking().SingleAsync(m => m.Id == accepted.MessageId, Cancel);
        Assert.Equal(
            (isQueued, isQueued),
            (message.Processed, message.AgentResponse?.Contains("Anybody there?", StringComparison.Ordinal) == true)
        );
    }

    [Fact]
    public async Task A_busy_agent_is_asked_again_however_often()
    {
        await using var world = await MessagingWorld.CreateAsync();
        world.Talk.Reply = FakeLettaReply.AsksForApproval;
        var asks = await world.QueuedAsync("ada", "search");
        await world.TickAsync();
        var row = await world.EntryAsync(asks);
        Assert.Equal(QueueStatus.Failed, row.Status);
        Assert.Contains("approval", row.Failure, StringComparison.Ordinal);

        await world.ChangeChannelAsync(channel => channel.MostAttempts = 1);
        var entry = await world.QueuedAsync("bob", "hello");
        await world.TickAsync();

        row = await world.EntryAsync(entry);
        Assert.Equal(QueueStatus.Pending, row.Status);
        Assert.Contains("waiting for approval", row.Failure, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<IReadOnlyList<QueueStatus>> StatusesAsync(MessagingWorld world, params IEnumerable<int> entries)
    {
        var statuses = new List<QueueStatus>();
        foreach (var entry in entries)
        {
            statuses.Add((await world.EntryAsync(entry)).Status);
        }

        return statuses;
    }
}

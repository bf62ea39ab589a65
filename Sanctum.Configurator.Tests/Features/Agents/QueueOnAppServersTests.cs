using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class QueueOnAppServersTests
{
    private const string Call = """CALL Bash {"command":"ls"} END""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_said_meanwhile_waits_in_order_and_says_whose_it_is()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        await using var other = await world.BesideAsync();
        var (id, theirs) = (await world.AdoptedAsync(1), await other.AdoptedAsync(1));
        var first = await BusyAsync(world, id);

        var read = await QueuedAsync(world, id, "second");
        await QueuedAsync(other, theirs, "third");

        Assert.True(read.IsAnswering);
        Assert.Equal([("second", "root")], read.Queue.Select(message => (message.Text, message.By)));
        Assert.Equal(
            [("second", "root"), ("third", null)],
            (await world.ReadAsync(id)).Queue.Select(message => (message.Text, message.By))
        );
        Assert.Equal(
            [("second", null), ("third", "root")],
            (await other.ReadAsync(theirs)).Queue.Select(message => (message.Text, message.By))
        );
        world.Server.Release();
        await first;
        await Wait.UntilAsync(async () => (await world.ReadAsync(id)) is { Queue.Count: 0, IsAnswering: false });
        Assert.Equal(
            ["SLOW", "Hello from fake", "second", "Hello from fake", "third", "Hello from fake"],
            (await world.ReadAsync(id)).Messages.Select(message => message.Text)
        );
    }

    /// <summary>However late the answer to the first one is read.</summary>
    [Fact]
    public async Task What_is_said_first_is_first_at_the_server()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.CallAsync(
            async (AgentTalk talk) =>
            {
                var first = talk.SendAsync(id, new() { Text = "first" }, Cancel);
                var second = talk.QueueAsync(id, new() { Text = "second" }, Cancel);
                var third = talk.SendAsync(id, new() { Text = "third" }, Cancel);
                AppServerWorld.Done(await second);
                await foreach (var part in AppServerWorld.Done(await third).WithCancellation(Cancel))
                {
                    Assert.NotEqual(LettaMessageKind.Failure, part.Kind);
                }

                return AppServerWorld.Done(await first);
            }
        );

        Assert.Equal(
            ["first", "second", "third"],
            (await world.ReadAsync(id)).Messages.Where(message => message.Kind == LettaMessageKind.User).Select(message => message.Text)
        );
    }

    [Fact]
    public async Task What_is_said_first_at_the_same_moment_begins_one_conversation()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);

        var said = await Task.WhenAll(Enumerable.Range(1, 5).Select(at => world.SayAsync(id, $"message {at}")));

        Assert.All(said, answer => Assert.Contains(answer, message => message.Text == "Hello from fake"));
        Assert.Equal(1, world.Server.CountOf("conversation_create"));
    }

    [Fact]
    public async Task Whoever_comes_while_a_message_waits_follows_the_answer_before_it()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var first = await BusyAsync(world, id);
        await QueuedAsync(world, id, "second");

        var followed = await world.FollowAsync(id, world.Server.Release);

        Assert.Equal("Hello from fake", Assert.Single(followed, message => message.Kind == LettaMessageKind.Assistant).Text);
        Assert.Equal("Hello from fake", Assert.Single(await first, message => message.Kind == LettaMessageKind.Assistant).Text);
    }

    [Fact]
    public async Task A_message_that_waits_is_cancelled_and_whoever_awaits_its_answer_is_told()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var first = await BusyAsync(world, id);
        var second = world.SayAsync(id, "second");
        await Wait.UntilAsync(async () => (await world.ReadAsync(id)).Queue.Count == 1);
        var waiting = Assert.Single((await world.ReadAsync(id)).Queue);

        var left = AppServerWorld.Done(await world.CallAsync((AgentTalk talk) => talk.RemoveQueuedAsync(id, waiting.Id, Cancel)));

        Assert.Empty(left.Queue);
        Assert.Equal(
            "The message was cancelled while it waited. The agent has not read it.",
            Assert.Single(await second.WaitAsync(Patience, Cancel)).Text
        );
        var again = Assert.IsType<Outcome<AgentMessages>.Invalid>(
            await world.CallAsync((AgentTalk talk) => talk.RemoveQueuedAsync(id, waiting.Id, Cancel))
        );
        Assert.Contains("does not wait any more", again.Reasons[""], StringComparison.Ordinal);
        world.Server.Release();
        await first;
        Assert.DoesNotContain((await world.ReadAsync(id)).Messages, message => message.Text == "second");
    }

    [Fact]
    public async Task Cancelling_a_run_pauses_what_waits_until_somebody_lets_it_go_on()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var first = await BusyAsync(world, id);
        await QueuedAsync(world, id, "second");

        var paused = AppServerWorld.Done(await world.CallAsync((AgentTalk talk) => talk.CancelAsync(id, Cancel)));
        await first;

        Assert.Equal([("second", true)], paused.Queue.Select(message => (message.Text, message.IsPaused)));
        AppServerWorld.Done(await world.CallAsync((AgentTalk talk) => talk.ResumeQueueAsync(id, Cancel)));
        await Wait.UntilAsync(async () => (await world.ReadAsync(id)) is { Queue.Count: 0, IsAnswering: false });
        Assert.Equal(["second", "Hello from fake"], (await world.ReadAsync(id)).Messages.TakeLast(2).Select(message => message.Text));
    }

    /// <summary>Else it would be answered in a mode in which the agent reads for somebody who may not.</summary>
    [Fact]
    public async Task What_waits_of_somebody_with_fewer_permissions_is_not_loosened_by_who_has_more()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var ute = await world.Registry.AddUserAsync("ute", UserRole.User);
        var first = await BusyAsync(world, id);
        AppServerWorld.Done(await world.CallAsync((AgentTalk talk) => talk.QueueAsync(id, new() { Text = "mine" }, Cancel), ute));
        await world.CallAsync((AgentTalk talk) => talk.CancelAsync(id, Cancel));
        await first;

        var refused = Assert.Single(await world.SayAsync(id, "Hello"));

        Assert.StartsWith("A message of somebody who has fewer permissions waits in its queue.", refused.Text, StringComparison.Ordinal);
        Assert.Equal("ute", Assert.Single((await world.ReadAsync(id)).Queue).By);
        Assert.Equal("strict", world.Server.Agents[FakeAppServer.IdOf(1)].Conversations.Values.Single(c => c.Summary == "Console").Mode);
    }

    [Fact]
    public async Task A_new_conversation_leaves_nothing_waiting_in_the_old_one()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var first = await BusyAsync(world, id);
        var second = world.SayAsync(id, "second");
        await Wait.UntilAsync(async () => (await world.ReadAsync(id)).Queue.Count == 1);

        Assert.Empty(AppServerWorld.Done(await world.CallAsync((AgentTalk talk) => talk.ResetAsync(id, Cancel))).Queue);

        await first.WaitAsync(Patience, Cancel);
        Assert.StartsWith(
            "The message was cancelled",
            Assert.Single(await second.WaitAsync(Patience, Cancel)).Text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Whoever_watches_learns_who_decided_and_how(bool isElsewhere, bool approve)
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        await using var other = await world.BesideAsync();
        var (id, theirs) = (await world.AdoptedAsync(1), await other.AdoptedAsync(1));
        await world.SayAsync(id, Call);
        var waits = new TaskCompletionSource();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience);
        var watching = world.CallAsync(
            async (AgentTalk talk) =>
            {
                await foreach (var now in talk.WatchAsync(id, limit.Token))
                {
                    waits.TrySetResult();
                    if (now is { Pending: null, Decision.Approved: not null })
                    {
                        return now;
                    }
                }

                return null;
            }
        );
        await waits.Task.WaitAsync(Patience, Cancel);

        await (isElsewhere ? other.DecideAsync(theirs, approve) : world.DecideAsync(id, approve));

        Assert.Equal(new LettaDecision(isElsewhere ? null : "root", approve), (await watching)?.Decision);
    }

    private static async Task<Task<IReadOnlyList<LettaMessage>>> BusyAsync(AppServerWorld world, int id)
    {
        var saying = world.SayAsync(id, "SLOW");
        await Wait.UntilAsync(() => world.Server.Agents[FakeAppServer.IdOf(1)].Conversations.Values.Any(c => c.IsBusy));
        return saying;
    }

    private static async Task<AgentMessages> QueuedAsync(AppServerWorld world, int id, string text) =>
        AppServerWorld.Done(await world.CallAsync((AgentTalk talk) => talk.QueueAsync(id, new() { Text = text }, Cancel)));
}

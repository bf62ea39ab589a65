using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Queue;

/// <summary>What operators do with entries of the queue, on both databases.</summary>
public sealed class ActingOnTheQueueTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_failed_is_retried_after_it_could_be_undone(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await FailedAsync(world, "ada");
        world.Talk.Reply = FakeLettaReply.Answers;

        var act = await ActedAsync(world, new() { Kind = QueueActKind.Retry, Ids = [entry] });
        await world.TickAsync();
        Assert.Equal((1, 1, QueueStatus.Pending), (act.Total, act.Finished, (await world.EntryAsync(entry)).Status));

        world.Clock.Advance(QueueActs.Undoable);
        await world.TickAsync();
        Assert.Equal(QueueStatus.Done, (await world.EntryAsync(entry)).Status);
        Assert.Equal(["failed", "done"], (await world.AttemptsAsync(entry)).Select(a => a.Outcome));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_plan_says_which_would_be_changed_and_changes_none(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var failed = await FailedAsync(world, "ada");
        var waiting = await world.QueuedAsync("bob", "hello");

        var plan = await PlannedAsync(new() { Kind = QueueActKind.Cancel, Filter = new() });
        Assert.Equal(
            ("all entries", 2, 2, 1, 1),
            (plan.Chosen, plan.Matching, plan.Total, plan.Statuses[QueueStatus.Failed], plan.Statuses[QueueStatus.Pending])
        );
        Assert.Equal([failed], (await PlannedAsync(new() { Kind = QueueActKind.Retry, Ids = [failed, waiting] })).Ids);

        Assert.Equal(QueueStatus.Failed, (await world.EntryAsync(failed)).Status);
        Assert.Empty(await world.CallAsync((QueueActs acts) => acts.NewestAsync(5, Cancel)));

        async Task<QueueActPlan> PlannedAsync(QueueActForm form) =>
            Assert.IsType<Outcome<QueueActPlan>.Ok>(await world.CallAsync((QueueActPlans plans) => plans.PlanAsync(form, Cancel))).Value;
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_done_is_undone_where_nothing_has_happened_since(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database, agents: 2);
        var failed = await FailedAsync(world, "ada");
        await world.ChangeChannelAsync(channel => channel.MostAttempts = 5);
        var waiting = await world.QueuedAsync("bob", "hello", agent: 1);
        foreach (
            var (form, entry, isThen) in new (QueueActForm, int, QueueStatus)[]
            {
                (new() { Kind = QueueActKind.Retry, Ids = [failed] }, failed, QueueStatus.Pending),
                (new() { Kind = QueueActKind.Cancel, Ids = [failed] }, failed, QueueStatus.Cancelled),
                (new() { Kind = QueueActKind.Cancel, Ids = [waiting] }, waiting, QueueStatus.Cancelled),
                (new() { Kind = QueueActKind.Flush, Ids = [waiting] }, waiting, QueueStatus.Flushed),
                (
                    new()
                    {
                        Kind = QueueActKind.Move,
                        Ids = [waiting],
                        AgentId = world.Agents[0],
                    },
                    waiting,
                    QueueStatus.Pending
                ),
                (
                    new()
                    {
                        Kind = QueueActKind.Edit,
                        Ids = [failed],
                        Text = "mended",
                    },
                    failed,
                    QueueStatus.Pending
                ),
            }
        )
        {
            var before = await world.EntryAsync(entry);
            var act = await ActedAsync(world, form);
            Assert.Equal(isThen, (await world.EntryAsync(entry)).Status);

            Assert.IsType<Outcome<QueueActView>.Ok>(await world.CallAsync((QueueActs acts) => acts.UndoAsync(act.Id, Cancel)));

            var after = await world.EntryAsync(entry);
            Assert.Equal(
                (before.Status, before.AgentId, before.MessageId, before.Failure, before.Cause),
                (after.Status, after.AgentId, after.MessageId, after.Failure, after.Cause)
            );
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_cancelled_while_it_was_answered_waits_again_when_that_is_undone(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await world.QueuedAsync("ada", "hello");
        var turns = await world.OfConsoleAsync((QueueLeases leases) => leases.TakeAsync(8, Cancel));
        var act = await ActedAsync(world, new() { Kind = QueueActKind.Cancel, Ids = [entry] });
        await world.OfConsoleAsync((QueueEnds ends) => ends.WriteAsync([(turns[0], TurnEnd.Cancelled("Cancelled."))], Cancel));
        Assert.Equal(QueueStatus.Cancelled, (await world.EntryAsync(entry)).Status);

        Assert.IsType<Outcome<QueueActView>.Ok>(await world.CallAsync((QueueActs acts) => acts.UndoAsync(act.Id, Cancel)));

        // Nobody answers it any more, so it can't be put back into that: it would count as lost by a console.
        var after = await world.EntryAsync(entry);
        Assert.Equal((QueueStatus.Pending, 0, turns[0].Lead.ClientId), (after.Status, after.Crashes, after.ClientId));
        Assert.Single(await world.AttemptsAsync(entry));
    }

    [Fact]
    public async Task After_thirty_seconds_nothing_is_undone()
    {
        await using var world = await MessagingWorld.CreateAsync();
        var entry = await world.QueuedAsync("ada", "hello");
        var act = await ActedAsync(world, new() { Kind = QueueActKind.Cancel, Ids = [entry] });
        world.Clock.Advance(QueueActs.Undoable);

        var undone = await world.CallAsync((QueueActs acts) => acts.UndoAsync(act.Id, Cancel));

        Assert.Contains("30 seconds", undone.ProblemWith("")!, StringComparison.Ordinal);
        Assert.Equal(QueueStatus.Cancelled, (await world.EntryAsync(entry)).Status);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_edited_message_is_given_and_the_written_one_stays(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await FailedAsync(world, "ada", "Where are teh lamps?");
        var written = await world.MessageOfAsync(entry);
        world.Talk.Reply = FakeLettaReply.Answers;

        await ActedAsync(
            world,
            new()
            {
                Kind = QueueActKind.Edit,
                Ids = [entry],
                Text = "Where are the lamps?",
                AtOnce = true,
            }
        );
        await world.TickAsync();

        var given = await world.MessageOfAsync(entry);
        Assert.Equal((written.Id, "Where are the lamps?", "root"), (given.EditedFrom, given.Text, given.SentBy));
        Assert.NotNull(given.AgentResponse);
        await using var context = world.Registry.Open();
        Assert.Equal("Where are teh lamps?", (await context.Messages.AsNoTracking().SingleAsync(m => m.Id == written.Id, Cancel)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_canary_goes_on_while_its_cause_stays_away(bool isMended)
    {
        await using var world = await MessagingWorld.CreateAsync();
        var entries = new List<int>();
        for (var number = 0; number < 14; number++)
        {
            entries.Add(await FailedAsync(world, $"person {number}"));
        }

        var cause = (await world.EntryAsync(entries[0])).Cause;
        world.Talk.Reply = isMended ? FakeLettaReply.Answers : FakeLettaReply.FailsInTheStream;
        var act = await ActedAsync(
            world,
            new()
            {
                Kind = QueueActKind.Retry,
                Filter = new(QueueStatus.Failed, Cause: cause),
                InStages = true,
                AtOnce = true,
            }
        );
        Assert.Equal((14, 1, 1), (act.Total, act.Finished, act.Stage));
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var round = 0; round < 20; round++)
        {
            await world.TickAsync();
        }

        var view = (await world.CallAsync((QueueActs acts) => acts.FindAsync(act.Id, Cancel)))!;
        Assert.Equal(isMended ? (QueueActState.Done, 14) : (QueueActState.Stopped, 1), (view.State, view.Finished));
        await using var context = world.Registry.Open();
        Assert.Equal(isMended ? 14 : 0, await context.Queue.CountAsync(e => e.Status == QueueStatus.Done, Cancel));
        if (!isMended)
        {
            Assert.Contains("The same cause returned", view.Message, StringComparison.Ordinal);
            Assert.Contains("The other 13", view.Message, StringComparison.Ordinal);
            await FailedAsync(world, "somebody else");
            Assert.Equal(1, (await world.CallAsync((QueueActs acts) => acts.FindAsync(act.Id, Cancel)))!.NewMeanwhile);
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Failures_are_grouped_by_what_is_alike_in_them(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        await FailedAsync(world, "ada");
        await FailedAsync(world, "bob");
        world.Talk.Reply = FakeLettaReply.RefusesTheModelKey;
        await world.QueuedAsync("cleo", "hello");
        await world.TickAsync();

        var groups = await world.CallAsync((QueueReader reader) => reader.GroupsAsync(Cancel));

        Assert.Equal([2, 1], groups.Select(g => g.Count));
        Assert.All(groups, g => Assert.Equal(Causes.Version, g.Rule));
        var state = await world.CallAsync((QueueReader reader) => reader.StateAsync(Cancel));
        Assert.Equal(3, state.Counts[QueueStatus.Failed]);
        Assert.Equal((3, 3), (state.Minutes.Sum(m => m.Came), state.Minutes.Sum(m => m.Failed)));
    }

    [Fact]
    public async Task A_retry_of_a_group_leaves_what_somebody_cancelled_of_it()
    {
        await using var world = await MessagingWorld.CreateAsync();
        var (failed, cancelled) = (await FailedAsync(world, "ada"), await FailedAsync(world, "bob"));
        await ActedAsync(world, new() { Kind = QueueActKind.Cancel, Ids = [cancelled] });

        var act = await ActedAsync(world, new() { Kind = QueueActKind.Retry, Filter = new(Cause: (await world.EntryAsync(failed)).Cause) });

        Assert.Equal((1, QueueStatus.Cancelled), (act.Total, (await world.EntryAsync(cancelled)).Status));
    }

    [Fact]
    public async Task Who_may_only_read_does_nothing()
    {
        await using var world = await MessagingWorld.CreateAsync();
        var entry = await world.QueuedAsync("ada", "hello");
        var vera = await world.Registry.AddUserAsync("vera", UserRole.Viewer);

        var acted = await world.CallAsync(
            (QueueActs acts) => acts.BeginAsync(new() { Kind = QueueActKind.Cancel, Ids = [entry] }, Cancel),
            vera
        );
        var paused = await world.CallAsync(
            (QueuePauseService pauses) => pauses.PauseAsync(new() { Scope = PauseScope.Agent, Subject = $"{world.Agents[0]}" }, Cancel),
            vera
        );

        Assert.Contains("messages:operate", acted.ProblemWith("")!, StringComparison.Ordinal);
        Assert.Contains("messages:operate", paused.ProblemWith("")!, StringComparison.Ordinal);
        Assert.Equal(QueueStatus.Pending, (await world.EntryAsync(entry)).Status);
    }

    [Fact]
    public async Task Nothing_is_done_with_what_the_act_is_not_for()
    {
        await using var world = await MessagingWorld.CreateAsync();
        var entry = await world.QueuedAsync("ada", "hello");
        await world.TickAsync();

        foreach (var kind in Enum.GetValues<QueueActKind>())
        {
            var form = new QueueActForm
            {
                Kind = kind,
                Ids = [entry],
                Text = "mended",
                AgentId = world.Agents[0],
            };
            Assert.IsType<Outcome<QueueActView>.Invalid>(await world.CallAsync((QueueActs acts) => acts.BeginAsync(form, Cancel)));
        }

        Assert.Equal(QueueStatus.Done, (await world.EntryAsync(entry)).Status);
    }

    private static async Task<QueueActView> ActedAsync(MessagingWorld world, QueueActForm form) =>
        Assert.IsType<Outcome<QueueActView>.Ok>(await world.CallAsync((QueueActs acts) => acts.BeginAsync(form, Cancel))).Value;

    /// <summary>A message that has failed for good.</summary>
    private static async Task<int> FailedAsync(MessagingWorld world, string person, string text = "hello")
    {
        var reply = world.Talk.Reply;
        world.Talk.Reply = FakeLettaReply.FailsInTheStream;
        var entry = await world.QueuedAsync(person, text);
        await world.ChangeChannelAsync(channel => channel.MostAttempts = 1);
        await world.TickAsync();
        world.Talk.Reply = reply;
        Assert.Equal(QueueStatus.Failed, (await world.EntryAsync(entry)).Status);
        return entry;
    }
}

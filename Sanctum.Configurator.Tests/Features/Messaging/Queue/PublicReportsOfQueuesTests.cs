using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Queue;

/// <summary>What was reported of the consoles of other queues, tried on this one. Each says where it was reported.</summary>
public sealed class PublicReportsOfQueuesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>sidekiq/sidekiq 2429: acting with nothing selected.</summary>
    [Fact]
    public async Task With_nothing_selected_an_act_says_so()
    {
        await using var world = await MessagingWorld.CreateAsync();

        Assert.Equal("Enter at least one id.", await RefusedAsync(world, new() { Kind = QueueActKind.Retry, Ids = [] }));
    }

    /// <summary>HangfireIO/Hangfire 611, Particular/ServiceControl 4797: a retry that is pressed twice, or as a group and singly.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_retry_that_is_asked_for_twice_is_done_once(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await FailedAsync(world, "ada");
        world.Talk.Reply = FakeLettaReply.Answers;
        var heard = world.Talk.Heard.Count;

        await ActedAsync(
            world,
            new()
            {
                Kind = QueueActKind.Retry,
                Filter = new(QueueStatus.Failed),
                AtOnce = true,
            }
        );
        Assert.StartsWith(
            "None of these messages can be retried.",
            await RefusedAsync(
                world,
                new()
                {
                    Kind = QueueActKind.Retry,
                    Ids = [entry],
                    AtOnce = true,
                }
            ),
            StringComparison.Ordinal
        );
        await world.TickAsync();
        await world.TickAsync();

        Assert.Equal(QueueStatus.Done, (await world.EntryAsync(entry)).Status);
        Assert.Equal(heard + 1, world.Talk.Heard.Count);
    }

    /// <summary>gottscj/Hangfire.Mongo 380, HangfireIO/Hangfire 2380: what is being processed is put into the queue again.</summary>
    [Fact]
    public async Task What_is_being_answered_is_not_given_a_second_time()
    {
        await using var world = await MessagingWorld.CreateAsync();
        var entry = await world.QueuedAsync("ada", "hello");
        await world.Registry.OutsideAsync("UPDATE queue SET status = 'processing'");

        await RefusedAsync(world, new() { Kind = QueueActKind.Retry, Ids = [entry] });
        await RefusedAsync(
            world,
            new()
            {
                Kind = QueueActKind.Move,
                Ids = [entry],
                AgentId = world.Agents[0],
            }
        );

        Assert.Equal(QueueStatus.Processing, (await world.EntryAsync(entry)).Status);
    }

    /// <summary>Particular/ServiceControl 4841, ServicePulse 2424: edit and retry twice, and only the edited text.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_edited_and_failed_again_is_edited_again_and_the_agent_gets_that_alone(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var entry = await FailedAsync(world, "ada", "first text");
        foreach (var (text, reply) in new[] { ("second text", FakeLettaReply.FailsInTheStream), ("third text", FakeLettaReply.Answers) })
        {
            var heard = world.Talk.Heard.Count;
            world.Talk.Reply = reply;
            await ActedAsync(
                world,
                new()
                {
                    Kind = QueueActKind.Edit,
                    Ids = [entry],
                    Text = text,
                    AtOnce = true,
                }
            );
            await world.TickAsync();
            var given = $"{Assert.Single(world.Talk.Heard.Skip(heard))}";
            Assert.Contains(text, given, StringComparison.Ordinal);
            Assert.DoesNotContain("first text", given, StringComparison.Ordinal);
        }

        Assert.Equal(QueueStatus.Done, (await world.EntryAsync(entry)).Status);
    }

    /// <summary>Particular/ServiceControl 660: a retry of a group takes in what failed after it was asked for.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_fails_after_a_retry_of_its_group_began_is_not_part_of_it(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var first = await FailedAsync(world, "ada");
        var cause = (await world.EntryAsync(first)).Cause!;

        var act = await ActedAsync(world, new() { Kind = QueueActKind.Retry, Filter = new(Cause: cause) });
        var later = await FailedAsync(world, "bob");
        world.Talk.Reply = FakeLettaReply.Answers;
        world.Clock.Advance(QueueActs.Undoable);
        await world.TickAsync();

        Assert.Equal((1, cause), (act.Total, (await world.EntryAsync(later)).Cause));
        Assert.Equal(
            (QueueStatus.Done, QueueStatus.Failed),
            ((await world.EntryAsync(first)).Status, (await world.EntryAsync(later)).Status)
        );
    }

    /// <summary>felixmosh/bull-board 862: after a retry that fails of something else, the first reason is still shown.</summary>
    [Fact]
    public async Task The_headline_is_the_newest_reason()
    {
        await using var world = await MessagingWorld.CreateAsync();
        var entry = await FailedAsync(world, "ada");
        var before = (await world.EntryAsync(entry)).Failure;
        world.Talk.Reply = FakeLettaReply.RefusesTheModelKey;

        await ActedAsync(
            world,
            new()
            {
                Kind = QueueActKind.Retry,
                Ids = [entry],
                AtOnce = true,
            }
        );
        await world.TickAsync();

        var view = (await world.CallAsync((QueueReader reader) => reader.FindAsync(entry, Cancel)))!;
        Assert.NotEqual(before, view.Entry.Failure);
        Assert.Equal([view.Entry.Failure, before], view.Attempts.Select(attempt => attempt.Failure));
    }

    /// <summary>felixmosh/bull-board 203: one row with an invalid time takes the whole page with it.</summary>
    [Fact]
    public async Task A_row_with_times_that_are_none_is_listed_with_the_others()
    {
        await using var world = await MessagingWorld.CreateAsync();
        await FailedAsync(world, "ada");
        await FailedAsync(world, "bob");
        await world.Registry.OutsideAsync("UPDATE queue SET timestamp = 'yesterday', ended_at = '', not_before = 'NaN' WHERE id = 1");

        var page = await world.CallAsync((QueueReader reader) => reader.PageAsync(new(), new(0, 10), Cancel));
        var state = await world.CallAsync((QueueReader reader) => reader.StateAsync(Cancel));
        var groups = await world.CallAsync((QueueReader reader) => reader.GroupsAsync(Cancel));

        Assert.Equal((2, 2, 2), (page.Items.Count, state.Counts[QueueStatus.Failed], groups.Sum(group => group.Count)));
    }

    /// <summary>rabbitmq/rabbitmq-management 351 and 140: names with NUL and line feeds; signs that mean something to the database.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Odd_signs_in_a_search_or_a_filter_find_nothing_else_and_break_nothing(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        await FailedAsync(world, "ada", @"100 % of a_b \ done");
        await FailedAsync(world, "bob", "plain");

        foreach (var (search, found) in new[] { ("%", 1), ("_", 1), (@"\", 1), ("\0", 0), ("a\nb", 0), ("\uD800", 0), ("plain\0", 0) })
        {
            var page = await world.CallAsync((QueueReader reader) => reader.PageAsync(new(Search: search), new(0, 10), Cancel));
            Assert.Equal((search, found), (search, page.Items.Count));
        }

        var filtered = await world.CallAsync(
            (QueueReader reader) => reader.PageAsync(new(Platform: "tele\0gram", Cause: "\0"), new(0, 10), Cancel)
        );
        Assert.Empty(filtered.Items);
    }

    /// <summary>chatwoot/chatwoot 14120: a retry is accepted, the mark of the failure goes, and nothing is ever sent.</summary>
    [Fact]
    public async Task A_retry_that_nobody_will_answer_says_what_it_waits_for()
    {
        await using var world = await MessagingWorld.CreateAsync();
        var entry = await FailedAsync(world, "ada");
        await world.Registry.OutsideAsync("UPDATE queue SET agent_id = NULL");

        await ActedAsync(
            world,
            new()
            {
                Kind = QueueActKind.Retry,
                Ids = [entry],
                AtOnce = true,
            }
        );
        await world.TickAsync();

        var row = (await world.CallAsync((QueueReader reader) => reader.FindAsync(entry, Cancel)))!.Entry;
        Assert.Equal((QueueStatus.Pending, "It has no agent. Move it to one."), (row.Status, row.Held));
    }

    /// <summary>sidekiq/sidekiq 518: retries are gone after a restart.</summary>
    [Fact]
    public async Task A_retry_that_waits_is_there_after_a_restart_and_goes_on()
    {
        await using var world = await MessagingWorld.CreateAsync();
        var entry = await FailedAsync(world, "ada");
        world.Talk.Reply = FakeLettaReply.Answers;
        await ActedAsync(world, new() { Kind = QueueActKind.Retry, Ids = [entry] });
        await world.Engine.StopAsync(Cancel);

        world.Clock.Advance(QueueActs.Undoable);
        await using var context = world.Registry.Open();
        Assert.Equal(1, await context.Queue.CountAsync(e => e.Status == QueueStatus.Pending, Cancel));
        await world.TickAsync();

        Assert.Equal(QueueStatus.Done, (await world.EntryAsync(entry)).Status);
    }

    private static async Task<QueueActView> ActedAsync(MessagingWorld world, QueueActForm form) =>
        Assert.IsType<Outcome<QueueActView>.Ok>(await world.CallAsync((QueueActs acts) => acts.BeginAsync(form, Cancel))).Value;

    private static async Task<string> RefusedAsync(MessagingWorld world, QueueActForm form) =>
        Assert
            .IsType<Outcome<QueueActView>.Invalid>(await world.CallAsync((QueueActs acts) => acts.BeginAsync(form, Cancel)))
            .Reasons.Values.Single();

    private static async Task<int> FailedAsync(MessagingWorld world, string person, string text = "hello")
    {
        world.Talk.Reply = FakeLettaReply.FailsInTheStream;
        var entry = await world.QueuedAsync(person, text);
        await world.ChangeChannelAsync(channel => channel.MostAttempts = 1);
        await world.TickAsync();
        return entry;
    }
}

using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class TalkingToAgentsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_told_apart_and_its_parts_are_joined()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));

        var (messages, failure) = await SayAsync(world, id, " Find me a lamp ");

        Assert.Null(failure);
        Assert.Equal(
            [
                (LettaMessageKind.Reasoning, "Let me think.", null),
                (LettaMessageKind.ToolCall, """{"query":"lamps"}""", "web_search"),
                (LettaMessageKind.ToolReturn, "3 lamps", "web_search"),
                (LettaMessageKind.Assistant, "I found three lamps.", null),
                (LettaMessageKind.Other, """{"id":"message-4","message_type":"a_type_of_tomorrow","colour":"blue"}""", null),
                (LettaMessageKind.StopReason, "end_turn", null),
                (LettaMessageKind.Usage, "2 steps, 42 tokens", null),
            ],
            messages.Select(message => (message.Kind, message.Text, message.Tool))
        );
        var heard = Assert.Single(world.There.Talk.Heard);
        Assert.Equal(
            ("user", "Find me a lamp", true),
            ((string)heard["messages"]![0]!["role"]!, (string)heard["messages"]![0]!["content"]!, (bool)heard["streaming"]!)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_status_follows_the_conversation(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));

        await SayAsync(world, id, "Hello");
        Assert.Equal((RunState.Healthy, "The last run succeeded."), await StatusAsync(world, id));
        world.There.Talk.Reply = FakeLettaReply.AsksForApproval;
        await SayAsync(world, id, "Hello");
        Assert.Equal((RunState.Degraded, "Waiting for an approval."), await StatusAsync(world, id));
        await DecideAsync(world, id, false);
        Assert.Equal((RunState.Healthy, "The last run succeeded."), await StatusAsync(world, id));
    }

    [Theory]
    [InlineData(FakeLettaReply.EndsEarly, 1, "The connection was closed before the agent finished")]
    [InlineData(FakeLettaReply.Mumbles, 1, "The answer did not come from a Letta server")]
    [InlineData(FakeLettaReply.RefusesTheModelKey, 0, "The provider of its model answered 401 Unauthorized: Invalid API key of openai.")]
    public async Task An_answer_that_breaks_off_says_why_after_what_had_come(FakeLettaReply reply, int came, string why)
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        world.There.Talk.Reply = reply;

        var (messages, failure) = await SayAsync(world, id, "Hello");

        Assert.Equal(came, messages.Count);
        Assert.StartsWith(why, failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_fails_under_status_200_is_an_error_of_the_agent()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        world.There.Talk.Reply = FakeLettaReply.FailsInTheStream;

        var (messages, failure) = await SayAsync(world, id, "Hello");

        Assert.Null(failure);
        Assert.Equal(
            (LettaMessageKind.Error, "Rate limited by openai (429)", true),
            (messages[^1].Kind, messages[^1].Text, messages[^1].IsBad)
        );
        Assert.Equal(RunState.Degraded, (await StatusAsync(world, id)).Status);
    }

    [Fact]
    public async Task A_pending_approval_keeps_messages_out_until_it_is_decided()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        world.There.Talk.Reply = FakeLettaReply.AsksForApproval;
        var (asked, _) = await SayAsync(world, id, "Hello");
        Assert.Equal((LettaMessageKind.ApprovalRequest, "web_search"), (asked[1].Kind, asked[1].Tool));

        var (_, failure) = await SayAsync(world, id, "Hello?");
        var pending = (await ReadAsync(world, id)).Pending;
        var (answered, _) = await DecideAsync(world, id, false);

        Assert.Equal(
            "The server answered 409 Conflict: Cannot send a new message: The agent is waiting for approval on a tool call.",
            failure
        );
        Assert.Equal(("web_search", "call-1"), (Assert.Single(pending!.Calls).Name, pending.Calls[0].Id));
        Assert.Contains(answered, message => message is { Kind: LettaMessageKind.Assistant, Text: "I found nothing." });
        var sent = world.There.Talk.Heard[^1]["messages"]![0]!;
        Assert.Equal(
            ("approval", "call-1", false),
            ((string)sent["type"]!, (string)sent["approvals"]![0]!["tool_call_id"]!, (bool)sent["approvals"]![0]!["approve"]!)
        );
        Assert.Null((await ReadAsync(world, id)).Pending);
        Assert.Equal("No approval is pending any more.", (await DecideAsync(world, id, true)).Failure);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_stuck_agent_is_freed_by_cancelling_or_by_resetting_and_the_history_says_who_did(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        world.There.Talk.Reply = FakeLettaReply.AsksForApproval;

        await SayAsync(world, id, "Hello");
        var cancelled = Done(await world.CallAsync((AgentTalk talk) => talk.CancelAsync(id, Cancel)));
        await SayAsync(world, id, "Hello");
        var reset = Done(await world.CallAsync((AgentTalk talk) => talk.ResetAsync(id, Cancel)));

        Assert.Equal([FakeLettaAgents.IdOf(1)], world.There.Talk.Cancelled);
        Assert.Equal([LettaMessageKind.User, LettaMessageKind.ApprovalRequest], cancelled.Messages.Select(message => message.Kind));
        Assert.Equal([LettaMessageKind.System], reset.Messages.Select(message => message.Kind));
        Assert.Equal((null, null), (cancelled.Pending, reset.Pending));
        await using var context = world.Registry.Open();
        Assert.Equal(
            ["root cancel", "root reset"],
            await context
                .Changes.Where(c => c.Act == "cancel" || c.Act == "reset")
                .OrderBy(c => c.Id)
                .Select(c => $"{c.Actor} {c.Act}")
                .ToListAsync(Cancel)
        );
    }

    [Fact]
    public async Task A_reader_reads_an_operator_talks_and_only_an_administrator_resets()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        var (vera, oscar) = (await world.Registry.AddUserAsync("vera", UserRole.Viewer), await world.Registry.AddUserAsync("oscar"));

        Done(await world.CallAsync((AgentTalk talk) => talk.ReadAsync(id, 10, Cancel), vera));
        Assert.IsType<Outcome<IAsyncEnumerable<LettaMessage>>.Invalid>(
            await world.CallAsync((AgentTalk talk) => talk.SendAsync(id, new() { Text = "Hello" }, Cancel), vera)
        );
        Assert.IsType<Outcome<AgentMessages>.Invalid>(await world.CallAsync((AgentTalk talk) => talk.CancelAsync(id, Cancel), vera));
        Done(await world.CallAsync((AgentTalk talk) => talk.CancelAsync(id, Cancel), oscar));
        Assert.IsType<Outcome<AgentMessages>.Invalid>(await world.CallAsync((AgentTalk talk) => talk.ResetAsync(id, Cancel), oscar));

        Assert.Empty(world.There.Talk.Heard);
    }

    [Fact]
    public async Task What_cannot_be_said_is_refused_before_the_server_hears_of_it()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        var unlinked = await world.AddAsync("Nobody");

        async Task<string> RefusedAsync(int agent, string? text) =>
            Assert
                .IsType<Outcome<IAsyncEnumerable<LettaMessage>>.Invalid>(
                    await world.CallAsync((AgentTalk talk) => talk.SendAsync(agent, new() { Text = text }, Cancel))
                )
                .Reasons.Values.Single();

        Assert.Equal("Enter a message.", await RefusedAsync(id, " "));
        Assert.Equal("A message has at most 100,000 characters.", await RefusedAsync(id, new('a', 100_001)));
        Assert.Contains("no Letta id", await RefusedAsync(unlinked, "Hello"), StringComparison.Ordinal);
        Assert.IsType<Outcome<AgentMessages>.NotFound>(await world.CallAsync((AgentTalk talk) => talk.ReadAsync(999, 10, Cancel)));
        Assert.Empty(world.There.Talk.Heard);
    }

    private static async Task<(IReadOnlyList<LettaMessage> Messages, string? Failure)> GatherAsync(
        AgentsWorld world,
        Func<AgentTalk, Task<Outcome<IAsyncEnumerable<LettaMessage>>>> begin
    ) =>
        await world.CallAsync(
            async (AgentTalk talk) =>
            {
                var (whole, begun) = (new LettaMessageJoiner(), await begin(talk));
                if (begun.ProblemWith("The agent") is { } why)
                {
                    return ((IReadOnlyList<LettaMessage>)[], why);
                }

                var parts = Assert.IsType<Outcome<IAsyncEnumerable<LettaMessage>>.Ok>(begun).Value;
                await foreach (var part in parts.WithCancellation(Cancel))
                {
                    whole.Add(part);
                }

                var messages = whole.Messages;
                return (
                    (IReadOnlyList<LettaMessage>)[.. messages.Where(message => message.Kind != LettaMessageKind.Failure)],
                    messages.SingleOrDefault(message => message.Kind == LettaMessageKind.Failure)?.Text
                );
            }
        );

    private static Task<(IReadOnlyList<LettaMessage> Messages, string? Failure)> SayAsync(AgentsWorld world, int id, string text) =>
        GatherAsync(world, talk => talk.SendAsync(id, new() { Text = text }, Cancel));

    private static Task<(IReadOnlyList<LettaMessage> Messages, string? Failure)> DecideAsync(AgentsWorld world, int id, bool approve) =>
        GatherAsync(world, talk => talk.ApproveAsync(id, new() { Approve = approve, Reason = "Not now." }, Cancel));

    private static async Task<AgentMessages> ReadAsync(AgentsWorld world, int id) =>
        Done(await world.CallAsync((AgentTalk talk) => talk.ReadAsync(id, 50, Cancel)));

    private static async Task<(RunState Status, string? Reason)> StatusAsync(AgentsWorld world, int id) =>
        (await world.ReadAsync(id)).Agent is var row ? (row.Status, row.StatusReason) : default;

    private static AgentMessages Done(Outcome<AgentMessages> outcome) => Assert.IsType<Outcome<AgentMessages>.Ok>(outcome).Value;
}

using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>What is done while an answer is made: stopping it, saying more, taking that back, and a console that ends.</summary>
public sealed class AskingMeanwhileTests
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Stop_ends_it_and_keeps_what_came(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var begun = await HalfAnsweredAsync(world);

        var stopped = await world.CallAsync((AnswerRuns runs) => runs.StopAsync(begun.ConversationId, Cancel));
        await world.EndAsync();

        Assert.Equal(1, Assert.IsType<Outcome<StoppedAnswers>.Ok>(stopped).Value.Stopped);
        var answer = await world.MessageAsync(begun);
        Assert.Equal((ConversationMessageState.Stopped, "One "), (answer.State, answer.Content));
    }

    [Theory]
    [InlineData(WhileAnswering.Queue, "user: First|assistant: One two|user: More")]
    [InlineData(WhileAnswering.Interrupt, "user: First|assistant: One |user: More")]
    [InlineData(WhileAnswering.Steer, "user: First|user: More")]
    public async Task A_message_meanwhile_queues_interrupts_or_steers(WhileAnswering way, string asked)
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var begun = await HalfAnsweredAsync(world);

        await world.AskAsync("More", begun.ConversationId, form => form.WhileAnswering = way);
        Assert.Equal(ConversationMessageState.Waiting, (await world.MessagesAsync(begun.ConversationId))[^1].State);
        _gate.TrySetResult();
        await world.EndAsync();
        await world.TickAsync();

        Assert.Equal(asked, string.Join('|', world.LastAsked));
        Assert.Equal(ConversationMessageState.Complete, (await world.MessagesAsync(begun.ConversationId))[^1].State);
        Assert.Equal(4, await world.CountAsync(registry => registry.ConversationMessages));
    }

    [Fact]
    public async Task What_waits_is_taken_back_with_its_question()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var begun = await HalfAnsweredAsync(world);
        var waiting = await world.AskAsync("More", begun.ConversationId);

        var back = await world.CallAsync((AnswerRuns runs) => runs.WithdrawAsync(begun.ConversationId, waiting.MessageId, Cancel));
        var again = await world.CallAsync((AnswerRuns runs) => runs.WithdrawAsync(begun.ConversationId, begun.MessageId, Cancel));
        _gate.TrySetResult();
        await world.EndAsync();

        Assert.IsType<Outcome<BegunAnswer>.Ok>(back);
        Assert.Contains("does not wait", again.ProblemWith("")!, StringComparison.Ordinal);
        Assert.Equal(["First", "One two"], (await world.MessagesAsync(begun.ConversationId)).Select(m => m.Content));
        Assert.Equal(2, (await world.RowAsync(begun.ConversationId)).MessageCount);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_a_console_that_ended_a_models_answer_is_kept_as_far_as_it_came(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var begun = await HalfAnsweredAsync(world);
        await world.Registry.OutsideAsync("UPDATE conversation_runs SET owner = 'another', lease_until = '2026-11-20 00:00:00.000'");

        await world.LookAsync();
        await world.LookAsync();
        _gate.TrySetResult();
        await world.EndAsync();

        var answer = await world.MessageAsync(begun);
        Assert.Equal((ConversationMessageState.CutOff, "One "), (answer.State, answer.Content));
        Assert.Contains("stopped", answer.Problem!, StringComparison.Ordinal);
        Assert.Equal(0, await world.CountAsync(registry => registry.ConversationPieces));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_a_console_that_ended_an_agents_answer_is_taken_up_again(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        world.Talk.Reply = FakeLettaReply.NeverEnds;
        var begun = await world.AskAsync("Lamps?", change: form => form.AgentId = world.Agent);
        await world.BeginAsync();
        await Wait.UntilAsync(async () => await world.CountAsync(registry => registry.ConversationPieces) > 0);
        await world.Registry.OutsideAsync("UPDATE conversation_runs SET owner = 'another', lease_until = '2026-11-20 00:00:00.000'");

        await world.LookAsync();
        await world.LookAsync();
        await world.EndAsync();
        await world.TickAsync();

        var answer = await world.MessageAsync(begun);
        Assert.Equal((ConversationMessageState.Complete, "I found three lamps."), (answer.State, answer.Content));
        Assert.Single(world.Talk.Heard);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task It_is_followed_from_anywhere_and_gone_on_with_from_any_piece(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var begun = await HalfAnsweredAsync(world);
        var events = new List<AnswerEvent>();
        var following = world.CallAsync(
            async (AnswerFollower stream) =>
            {
                await foreach (var told in stream.FollowAsync(begun.RunId, 0, Cancel))
                {
                    events.Add(told);
                }

                return true;
            }
        );
        await Wait.UntilAsync(() => events.Count >= 2);
        _gate.TrySetResult();
        await world.EndAsync();
        await following.WaitAsync(TimeSpan.FromMinutes(1), Cancel);

        Assert.Equal(["start", "text"], events.Take(2).Select(told => told.Kind));
        Assert.Equal(["message", "end"], events.TakeLast(2).Select(told => told.Kind));
        Assert.Equal($"{begun.RunId}:1", events[1].Id);
        var found = await world.CallAsync((AnswerFollower stream) => stream.FindAsync(events[1].Id, begun.ConversationId, Cancel));
        Assert.Equal((begun.RunId, 1), found);
        Assert.Null(await world.CallAsync((AnswerFollower stream) => stream.FindAsync(events[1].Id, null, Cancel), world.Ursula));
        var rest = await world.CallAsync(
            async (AnswerFollower stream) => await stream.FollowAsync(begun.RunId, 1, Cancel).ToListAsync(Cancel)
        );
        Assert.Equal("One two", Assert.IsType<ConversationMessageView>(rest[0].Data).Content);
    }

    private async Task<BegunAnswer> HalfAnsweredAsync(ConversationsWorld world)
    {
        world.Provider.Words = ["One ", "two"];
        world.Provider.BeforeWord = number => number == 1 ? _gate.Task : Task.CompletedTask;
        var begun = await world.AskAsync("First");
        await world.BeginAsync();
        await Wait.UntilAsync(async () => await world.CountAsync(registry => registry.ConversationPieces) > 0);
        return begun;
    }
}

using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>What is asked is answered, by a model or an agent, whoever looks on, on both databases.</summary>
public sealed class AnsweringTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_model_answers_and_the_next_question_knows_what_was_said(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        world.Provider.Words = ["**Hello** ", "there", "."];
        var first = await world.AskAsync("Who are you?\nTell me.");
        await world.TickAsync();
        var second = await world.AskAsync("Again", first.ConversationId);
        await world.TickAsync();

        var messages = await world.MessagesAsync(first.ConversationId);
        Assert.Equal(["Who are you?\nTell me.", "**Hello** there.", "Again", "**Hello** there."], messages.Select(m => m.Content));
        Assert.All(messages, m => Assert.Equal(ConversationMessageState.Complete, m.State));
        Assert.Equal((120, 30), (messages[1].InputTokens, messages[1].OutputTokens));
        Assert.Contains("fine", messages[1].Model!, StringComparison.Ordinal);
        Assert.Equal(["user: Who are you?\nTell me.", "assistant: **Hello** there.", "user: Again"], world.LastAsked);
        var row = await world.RowAsync(first.ConversationId);
        Assert.Equal(("Who are you? Tell me.", 4), (row.Title, row.MessageCount));
        Assert.Equal(0, await world.CountAsync(registry => registry.ConversationPieces));
        Assert.NotEqual(first.RunId, second.RunId);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_agent_answers_with_its_thoughts_and_its_tools(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);

        var begun = await world.AskAsync("Where are the lamps?", change: form => form.AgentId = world.Agent);
        await world.TickAsync();

        var answer = await world.MessageAsync(begun);
        Assert.Equal(("I found three lamps.", "Let me think.", "Athena"), (answer.Content, answer.Reasoning, answer.Model));
        var call = Assert.Single(answer.ToolCalls);
        Assert.Equal(("web_search", """{"query":"lamps"}""", "3 lamps"), (call.Name, call.Arguments, call.Result));
        Assert.Equal("Where are the lamps?", (string?)world.Talk.Heard[0]["messages"]![0]!["content"]);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_call_that_waits_is_decided_in_the_conversation(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        world.Talk.Reply = FakeLettaReply.AsksForApproval;
        var begun = await world.AskAsync("Search", change: form => form.AgentId = world.Agent);
        await world.TickAsync();
        Assert.Equal(ConversationMessageState.AwaitingApproval, (await world.MessageAsync(begun)).State);

        var waiting = Assert.IsType<Outcome<PendingApproval>.Ok>(
            await world.CallAsync((AnswerApprovals approvals) => approvals.PendingAsync(begun.ConversationId, Cancel))
        );
        var decided = await world.CallAsync(
            (AnswerApprovals approvals) =>
                approvals.DecideAsync(begun.ConversationId, new() { Approve = true, RequestId = waiting.Value.Pending!.RequestId }, Cancel)
        );
        Assert.IsType<Outcome<BegunAnswer>.Ok>(decided);
        await world.TickAsync();

        var answer = await world.MessageAsync(begun);
        Assert.Equal((null, ConversationMessageState.Complete, "I found three lamps."), (answer.Problem, answer.State, answer.Content));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_question_in_other_words_and_another_answer_stand_beside_the_first(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var first = await world.AskAsync("One");
        await world.TickAsync();
        await world.AskAsync("Two", first.ConversationId);
        await world.TickAsync();

        world.Clock.Advance(TimeSpan.FromSeconds(1));
        var edited = Assert.IsType<Outcome<BegunAnswer>.Ok>(
            await world.CallAsync(
                (AnswerRuns runs) => runs.EditAsync(first.ConversationId, first.QuestionId, new() { Text = "One, please" }, Cancel)
            )
        );
        await world.TickAsync();
        Assert.Equal(["user: One, please"], world.LastAsked);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        var other = Assert.IsType<Outcome<BegunAnswer>.Ok>(
            await world.CallAsync((AnswerRuns runs) => runs.RegenerateAsync(first.ConversationId, edited.Value.MessageId, Cancel))
        );
        await world.TickAsync();

        var messages = await world.MessagesAsync(first.ConversationId);
        Assert.Equal(["One, please", "ready"], messages.Select(m => m.Content));
        Assert.Equal([(2, 2), (2, 2)], messages.Select(m => (m.Branch, m.Branches)));
        Assert.Equal(other.Value.MessageId, messages[1].Id);
        await world.CallAsync((ConversationService service) => service.ShowBranchAsync(first.ConversationId, first.QuestionId, Cancel));
        messages = await world.MessagesAsync(first.ConversationId);
        Assert.Equal(["One", "ready", "Two", "ready"], messages.Select(m => m.Content));
        Assert.Equal((1, 2), (messages[0].Branch, messages[0].Branches));
    }

    [Theory]
    [InlineData("broken", ConversationMessageState.CutOff)]
    [InlineData("status-429", ConversationMessageState.Failed)]
    [InlineData("empty", ConversationMessageState.Failed)]
    public async Task What_breaks_is_kept_as_far_as_it_came_and_said(string model, ConversationMessageState state)
    {
        await using var world = await ConversationsWorld.CreateAsync();
        await world.ChangeModelAsync(model);
        world.Provider.Words = ["ready"];
        var begun = await world.AskAsync("Hello");
        await (model == "broken" ? world.BreakAsync() : world.TickAsync());

        var answer = await world.MessageAsync(begun);
        Assert.Equal(state, answer.State);
        Assert.NotEmpty(answer.Problem!);
        Assert.Equal(state == ConversationMessageState.CutOff ? "ready" : "", answer.Content);
    }

    [Fact]
    public async Task An_answer_that_broke_off_goes_on_where_it_ended()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        world.Provider.Words = ["ready"];
        var begun = await world.AskAsync("Count");
        await world.BreakAsync();
        await world.ChangeModelAsync("fine");
        world.Provider.Words = [" and", " steady"];

        await world.CallAsync((AnswerRuns runs) => runs.ContinueAsync(begun.ConversationId, begun.MessageId, Cancel));
        await world.TickAsync();

        var answer = await world.MessageAsync(begun);
        Assert.Equal((ConversationMessageState.Complete, "ready and steady"), (answer.State, answer.Content));
        Assert.Equal("assistant: ready", world.LastAsked[1]);
    }

    [Fact]
    public async Task Text_with_halves_of_characters_and_nothing_is_stored_whole()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        world.Provider.Words = ["a\0b", "\ud83d\ude00", "\u202eabc"];
        var begun = await world.AskAsync("x\0y \ud83d");
        await world.TickAsync();

        Assert.Equal("a\ufffdb\ud83d\ude00\u202eabc", (await world.MessageAsync(begun)).Content);
        Assert.Equal("x\ufffdy \ufffd", (await world.MessagesAsync(begun.ConversationId))[0].Content);
    }
}

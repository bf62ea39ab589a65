using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Preferences;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.GeneratedCode;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>What a model is given for an answer, that exactly this is shown, and summaries in place of what is old, on both databases.</summary>
public sealed class PromptsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_somebody_likes_and_the_design_go_into_the_prompt_which_is_shown_as_it_was_sent(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        await world.CallAsync(
            (PreferencesService service) => service.SaveAsync(new() { PreferredStyle = "brutalist", DarkMode = true }, Cancel)
        );
        await using (var context = world.Registry.Open())
        {
            context.AddRange(
                new DesignFile
                {
                    Kind = DesignFileKind.Tokens,
                    Number = 1,
                    Content = """{"colour":{"ink":"#111111"}}""",
                    IsActive = true,
                },
                new DesignFile
                {
                    Kind = DesignFileKind.Catalog,
                    Number = 1,
                    Content = """{"components":["OldCard"]}""",
                },
                new DesignFile
                {
                    Kind = DesignFileKind.Catalog,
                    Number = 2,
                    Content = """{"components":["PricingCard"]}""",
                    IsActive = true,
                }
            );
            await context.SaveChangesAsync(Cancel);
        }

        var begun = await world.AskAsync("Make a card");
        await world.TickAsync();

        var sent = (await world.CallAsync((SentPrompts prompts) => prompts.FindAsync(begun.ConversationId, begun.MessageId, Cancel)))!;
        Assert.Equal(["system: " + sent.System, "user: Make a card"], world.LastAsked);
        Assert.Equal(
            ["How the person likes answers", "Design tokens (tokens.json)", "Components there are (catalog.json)"],
            sent.Parts.Parts.Select(part => part.Title)
        );
        Assert.Contains("Preferred style: brutalist\nDark mode: yes", sent.System, StringComparison.Ordinal);
        Assert.Contains("PricingCard", sent.System, StringComparison.Ordinal);
        Assert.DoesNotContain("OldCard", sent.System, StringComparison.Ordinal);
        Assert.Equal([begun.QuestionId], sent.Parts.Messages);
        Assert.True(sent.Tokens > sent.Parts.Parts.Sum(part => part.Tokens));

        await world.AskAsync("Make another", who: world.Ursula);
        await world.TickAsync();
        Assert.DoesNotContain("brutalist", world.LastAsked[0], StringComparison.Ordinal);
        Assert.Null(
            await world.CallAsync((SentPrompts prompts) => prompts.FindAsync(begun.ConversationId, begun.MessageId, Cancel), world.Ursula)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Only_as_much_as_the_settings_say_is_sent_and_the_gauge_tells_it_before(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var form = (await world.CallAsync((MemorySettingsService settings) => settings.ReadAsync(Cancel))).ToForm();
        form.ShortTermMessages = 3;
        var saved = await world.CallAsync((MemorySettingsService settings) => settings.SaveAsync(form, Cancel));
        Assert.True(saved is Outcome<MemorySettingsView>.Ok, saved.ProblemWith("The settings"));
        var first = await world.AskAsync("One");
        await world.TickAsync();
        foreach (var text in new[] { "Two", "Three" })
        {
            await world.AskAsync(text, first.ConversationId);
            await world.TickAsync();
        }

        Assert.Equal(["user: Two", "assistant: ready", "user: Three"], world.LastAsked);
        var use = (await world.CallAsync((ContextGauge gauge) => gauge.ReadAsync(first.ConversationId, Cancel)))!;
        Assert.Equal((3, 3, 16_000, true), (use.Messages, use.LeftOut, use.Room, use.IsEstimated));
        Assert.Null(await world.CallAsync((ContextGauge gauge) => gauge.ReadAsync(first.ConversationId, Cancel), world.Ursula));
    }

    [Fact]
    public void Tokens_are_counted_by_the_models_own_tokenizer_and_the_newest_message_is_always_sent()
    {
        List<SaidMessage> said = [.. Enumerable.Range(0, 10).Select(n => new SaidMessage(Guid.NewGuid(), "user", $"hello world {n}"))];

        var (sent, tokens) = PromptBuilder.Fit(said, "gpt-4o", 16);
        Assert.Equal(["hello world 8", "hello world 9"], sent.Select(message => message.Text));
        Assert.Equal(16, tokens);
        (sent, _) = PromptBuilder.Fit(said, "gpt-4o", 1);
        Assert.Equal("hello world 9", Assert.Single(sent).Text);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_summary_is_seen_first_then_sent_in_place_of_what_is_old_and_taken_out_again(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var conversation = (await SayAsync(world, null, 5)).ConversationId;
        world.Provider.Words = ["They counted."];

        var preview = Assert
            .IsType<Outcome<CompactionPreview>.Ok>(
                await world.CallAsync((Compaction compaction) => compaction.PreviewAsync(conversation, Cancel))
            )
            .Value;
        Assert.Equal(("They counted.", 4), (preview.Summary, preview.Messages));
        Assert.Contains("[user]\nQuestion 1\n\n[assistant]\nready", world.LastAsked[1], StringComparison.Ordinal);
        Assert.DoesNotContain("Question 3", world.LastAsked[1], StringComparison.Ordinal);
        Assert.Equal(10, (await world.MessagesAsync(conversation)).Count);

        var applied = Assert
            .IsType<Outcome<ConversationMessageView>.Ok>(await ApplyAsync(world, conversation, preview.Until, "They counted to five."))
            .Value;
        world.Provider.Words = ["ready"];
        await world.AskAsync("Go on", conversation);
        await world.TickAsync();
        Assert.Equal("system: ## Summary of what was said before\nThey counted to five.", world.LastAsked[0]);
        Assert.Equal(["user: Question 3", "user: Go on"], [world.LastAsked[1], world.LastAsked[^1]]);
        Assert.Equal(8, world.LastAsked.Count);
        Assert.True((await world.MessagesAsync(conversation)).Single(m => m.Id == applied.Id).IsSummary);

        Assert.IsType<Outcome<ConversationMessageView>.Ok>(
            await world.CallAsync((Compaction compaction) => compaction.UndoAsync(conversation, applied.Id, Cancel))
        );
        await world.AskAsync("And on", conversation);
        await world.TickAsync();
        Assert.Equal(["user: Question 1", "user: And on"], [world.LastAsked[0], world.LastAsked[^1]]);
        Assert.Equal(14, (await world.RowAsync(conversation)).MessageCount);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_summary_is_refused_where_something_came_between_where_there_is_too_little_and_for_others(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var begun = await SayAsync(world, null, 5);
        var preview = (Outcome<CompactionPreview>.Ok)
            await world.CallAsync((Compaction compaction) => compaction.PreviewAsync(begun.ConversationId, Cancel));
        await SayAsync(world, begun.ConversationId, 1);

        var late = await ApplyAsync(world, begun.ConversationId, preview.Value.Until, "Late");
        Assert.Contains("Have it written again", late.ProblemWith("The summary")!, StringComparison.Ordinal);
        Assert.IsType<Outcome<ConversationMessageView>.Invalid>(await ApplyAsync(world, begun.ConversationId, preview.Value.Until, " "));
        Assert.IsType<Outcome<CompactionPreview>.NotFound>(
            await world.CallAsync((Compaction compaction) => compaction.PreviewAsync(begun.ConversationId, Cancel), world.Ursula)
        );
        var little = await SayAsync(world, null, 3);
        Assert.Contains(
            "too little",
            (await world.CallAsync((Compaction compaction) => compaction.PreviewAsync(little.ConversationId, Cancel))).ProblemWith("It")!,
            StringComparison.Ordinal
        );
        await world.ChangeModelAsync("status-429");
        Assert.StartsWith(
            "The summary was not written. ",
            (await world.CallAsync((Compaction compaction) => compaction.PreviewAsync(begun.ConversationId, Cancel))).ProblemWith("It")!,
            StringComparison.Ordinal
        );
    }

    private static async Task<BegunAnswer> SayAsync(ConversationsWorld world, Guid? conversation, int times)
    {
        var begun = await world.AskAsync("Question 1", conversation);
        await world.TickAsync();
        for (var number = 2; number <= times; number++)
        {
            begun = await world.AskAsync($"Question {number}", begun.ConversationId);
            await world.TickAsync();
        }

        return begun;
    }

    private static Task<Outcome<ConversationMessageView>> ApplyAsync(ConversationsWorld world, Guid id, Guid until, string summary) =>
        world.CallAsync((Compaction compaction) => compaction.ApplyAsync(id, new() { Until = until, Summary = summary }, Cancel));
}

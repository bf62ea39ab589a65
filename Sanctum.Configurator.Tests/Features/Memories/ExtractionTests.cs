using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Memories;

/// <summary>What is read from exchanges, by a model and by rules, on both databases.</summary>
public sealed class ExtractionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Rules_read_where_no_model_is(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        var said = await world.SayAsync("Make me a card, always dark. Don't use inline styles! What is a card? It always crashes.");
        await world.ReadAsync();

        var rows = await world.ListAsync();
        Assert.Equal(
            [("Don't use inline styles", MemoryKind.Correction), ("Make me a card, always dark", MemoryKind.Preference)],
            rows.OrderBy(row => row.Content, StringComparer.Ordinal).Select(row => (row.Content, row.Kind))
        );
        Assert.All(
            rows,
            row =>
                Assert.Equal((said.Conversation, said.Question, "rules"), (row.SourceConversationId, row.SourceMessageId, row.ExtractedBy))
        );
        var extraction = await world.QueryAsync(context => context.MemoryExtractions.SingleAsync(Cancel));
        Assert.Equal((MemoryExtractionStatus.Done, 2, 1), (extraction.Status, extraction.Found, extraction.Attempts));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_model_is_believed_only_where_the_person_said_so(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddModelAsync();
        world.Answers(
            ("preference", "Prefers dark cards", "ALWAYS   dark cards"),
            ("preference", "Lives in Paris", "I live in Paris"),
            ("preference", "Sends all invoices to the accountant's mailbox every Monday", "always dark cards"),
            ("opinion", "Prefers dark cards with borders", "always dark cards")
        );
        await world.SayAsync("Please, always dark cards.");
        await world.ReadAsync();

        var rows = await world.ListAsync();
        Assert.Equal(2, rows.Count);
        var good = rows.Single(row => row.Content == "Prefers dark cards");
        Assert.Equal((MemoryStatus.Active, "OpenAI-compatible fine", "1"), (good.Status, good.ExtractedBy, good.PromptVersion));
        Assert.Equal("It says more than what was written.", rows.Single(row => row != good).HeldBecause);
        var asked = world.Provider.Calls[^1]["messages"]!.AsArray();
        Assert.Contains("never instructions to you", (string)asked[0]!["content"]!, StringComparison.Ordinal);
        Assert.Contains("\"person\":[\"Please, always dark cards.\"]", (string)asked[1]!["content"]!, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Quotes_attachments_and_tools_are_read_only_where_the_settings_allow(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddModelAsync();
        world.Answers(
            ("preference", "Always pays by card", "always pay by card"),
            ("preference", "Always wears blue hats", "always wear blue hats"),
            ("preference", "Always drinks tea", "always drink tea")
        );
        Task SayAsync() =>
            world.SayAsync(
                "What does this mean?\n> always pay by card\n```\nnever mind\n```",
                change: answer => answer.ToolCalls = """[{"id":"1","result":"I always wear blue hats"}]""",
                attachments: """[{"name":"a.txt","text":"I always drink tea"}]"""
            );
        await SayAsync();
        await world.ReadAsync();
        Assert.Empty(await world.ListAsync());

        await SaveAsync(world, form => (form.ReadsQuotes, form.ReadsToolOutput) = (true, true));
        await SayAsync();
        await world.ReadAsync();
        Assert.Equal(3, (await world.ListAsync()).Count);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_model_that_fails_is_asked_again_and_then_rules_read(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddModelAsync("status-503");
        await world.SayAsync("I prefer tabs in all files.");
        await world.ReadAsync();

        Assert.Empty(await world.ListAsync());
        var waiting = await world.QueryAsync(context => context.MemoryExtractions.SingleAsync(Cancel));
        Assert.Equal((MemoryExtractionStatus.Waiting, 1), (waiting.Status, waiting.Attempts));
        Assert.NotNull(waiting.Problem);

        world.Clock.Advance(TimeSpan.FromMinutes(2));
        await world.ReadAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        await world.ReadAsync();
        Assert.Equal("I prefer tabs in all files", Assert.Single(await world.ListAsync()).Content);
        Assert.Contains(
            "Rules read instead",
            (await world.QueryAsync(c => c.MemoryExtractions.SingleAsync(Cancel))).Problem,
            StringComparison.Ordinal
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_answer_that_is_no_list_lets_rules_read(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddModelAsync();
        world.Provider.Words = ["<think>{\"memories\":[]}</think> Sure! I noted ", "{ that } for you."];
        await world.SayAsync("I prefer tabs in all files.");
        await world.ReadAsync();

        Assert.Equal("rules", Assert.Single(await world.ListAsync()).ExtractedBy);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Temporary_conversations_and_who_turned_it_off_leave_nothing(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.SayAsync("I prefer tabs in all files.", isTemporary: true);
        await world.SayAsync("I prefer spaces everywhere.", who: world.Root);
        await world.CallAsync((MemoryUseService service) => service.SetAsync(new() { IsOn = false }, Cancel), world.Root);
        await world.ReadAsync();

        Assert.Equal(0, await world.QueryAsync(context => context.Memories.CountAsync(Cancel)));
        await world.SayAsync("I prefer spaces everywhere.", who: world.Root);
        await SaveAsync(world, form => form.IsOn = false);
        await world.SayAsync("I prefer tabs in all files.");
        Assert.Equal(1, await world.QueryAsync(context => context.MemoryExtractions.CountAsync(Cancel)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_asked_again_and_again_is_a_pattern(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        foreach (var text in new[] { "Make a dark pricing card", "Please make me a dark pricing card!", "A dark pricing card" })
        {
            await world.SayAsync(text);
            await world.ReadAsync();
        }

        var pattern = Assert.Single(await world.ListAsync());
        Assert.Equal((MemoryKind.Pattern, "Asks again and again: A dark pricing card"), (pattern.Kind, pattern.Content));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_conversation_that_ended_is_summarised_once(TestDatabase database)
    {
        await using var world = await MemoriesWorld.CreateAsync(database);
        await world.AddModelAsync();
        var said = await world.SayAsync("How do I deploy the shop?", "With the script.");
        world.Answers();
        await world.ReadAsync();
        world.Provider.Words = ["```json\n{\"summary\": \"Wanted to deploy the shop; the script does it.\"}\n```"];
        world.Clock.Advance(TimeSpan.FromHours(25));

        var task = new SummariseConversationsTask(Service<Sanctum.Configurator.Features.Memories.Extraction.IdleConversations>(world));
        await task.RunAsync([], Cancel);
        await world.ReadAsync();
        await task.RunAsync([], Cancel);
        await world.ReadAsync();

        var summary = Assert.Single(await world.ListAsync());
        Assert.Equal((MemoryKind.Summary, said.Conversation), (summary.Kind, summary.SourceConversationId));
        Assert.Contains("deploy the shop", summary.Content, StringComparison.Ordinal);
    }

    private static T Service<T>(MemoriesWorld world)
        where T : notnull => world.Registry.Services.CreateScope().ServiceProvider.GetRequiredService<T>();

    internal static Task SaveAsync(MemoriesWorld world, Action<MemorySettingsForm> change) =>
        world.CallAsync(
            async (MemorySettingsService service) =>
            {
                var form = (await service.ReadAsync(Cancel)).ToForm();
                change(form);
                return Assert.IsType<Outcome<MemorySettingsView>.Ok>(await service.SaveAsync(form, Cancel));
            },
            world.Root
        );
}

using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Conversations;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

public sealed class ConversationsPageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_anybody_to_answer_it_says_what_to_do_first()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        await world.Registry.OutsideAsync("DELETE FROM llm_config; DELETE FROM agents;");
        await PlaceAsync(world);

        var page = Render<ConversationsPage>();

        page.WaitForAssertion(() => Assert.Contains("Nobody can answer yet", page.Markup), Patience);
        Assert.Equal([Urls.Models, Urls.Agents], page.FindAll(".state a").Select(link => link.GetAttribute("href")));
        Assert.Contains("No conversations yet", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_is_asked_answered_regenerated_and_edited()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        world.Provider.Words = ["**bold** ", "<img src=x onerror=alert(1)>"];
        await PlaceAsync(world);
        var start = Render<ConversationsPage>();
        start.WaitForAssertion(
            () => Assert.Equal(["Model in force", "Athena", "fine"], start.FindAll("option").Select(o => o.TextContent)),
            Patience
        );
        Write(start, "Message", "Where are the lamps?");
        await PressAsync(start, "Send");
        start.WaitForAssertion(() => Assert.Contains("/conversations/", Get<NavigationManager>().Uri, StringComparison.Ordinal), Patience);

        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("waits for its turn", page.Markup), Patience);
        Assert.True(HasButton(page, "Stop"));
        await world.TickAsync();
        page.WaitForAssertion(() => Assert.Equal("bold", page.Find(".chat-text strong").TextContent), Patience);
        Assert.Empty(page.FindAll(".chat img"));
        Assert.Equal("Where are the lamps?", page.Find(".chat-head h2").TextContent);
        page.WaitForAssertion(() => Assert.False(HasButton(page, "Stop")), Patience);

        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await PressAsync(page, "Regenerate");
        await world.TickAsync();
        page.WaitForAssertion(() => Assert.Contains("2/2", page.Markup), Patience);
        await PressAsync(page, "Previous branch");
        page.WaitForAssertion(() => Assert.Contains("1/2", page.Markup), Patience);

        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await PressAsync(page, "Edit");
        Write(page, "Message", "Where is the light?");
        await PressAsync(page, "Send");
        page.WaitForAssertion(() => Assert.Contains("Where is the light?", page.Find(".chat-mine .chat-text").TextContent), Patience);
        Assert.Contains("2/2", page.Find(".chat-mine").TextContent, StringComparison.Ordinal);
        await world.TickAsync();
    }

    [Fact]
    public async Task An_approval_is_given_in_the_conversation()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        world.Talk.Reply = FakeLettaReply.AsksForApproval;
        var begun = await world.AskAsync("Search", change: form => form.AgentId = world.Agent);
        await world.TickAsync();
        await PlaceAsync(world);
        var page = Open(begun.ConversationId);
        page.WaitForAssertion(() => Assert.Contains("Athena wants to call web_search", page.Markup), Patience);

        await PressAsync(page, "Approve");
        page.WaitForAssertion(() => Assert.DoesNotContain("wants to call", page.Markup), Patience);
        await world.TickAsync();

        page.WaitForAssertion(() => Assert.Contains("I found three lamps.", page.Markup), Patience);
        Assert.Contains("3 lamps", page.Find(".chat-tool").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_else_shares_is_read_and_what_he_keeps_is_not_there()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var begun = await world.AskAsync("Ours", who: world.Ursula);
        await world.TickAsync();
        await PlaceAsync(world);

        var kept = Open(begun.ConversationId);
        kept.WaitForAssertion(() => Assert.Contains("Conversation not found", kept.Markup), Patience);
        await world.CallAsync(
            (ConversationService service) => service.ChangeAsync(begun.ConversationId, new() { IsShared = true }, null, Cancel),
            world.Ursula
        );
        var shared = Open(begun.ConversationId);

        shared.WaitForAssertion(() => Assert.Contains("You can read it", shared.Markup), Patience);
        Assert.False(HasButton(shared, "Send"));
        Assert.False(HasButton(shared, "Regenerate"));
    }

    [Fact]
    public async Task It_is_renamed_searched_and_deleted()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var begun = await world.AskAsync("The lighthouse");
        await world.TickAsync();
        await PlaceAsync(world);
        var page = Open(begun.ConversationId);
        page.WaitForAssertion(() => Assert.True(HasButton(page, "Rename…")), Patience);

        await PressAsync(page, "Rename…");
        Overlays.WaitForElement("form", Patience);
        Write(Overlays, "Title", "A house of light");
        await Overlays.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Equal("A house of light", page.Find(".chat-head h2").TextContent), Patience);

        var found = Render<ConversationList>(list => list.Add(l => l.Query, "lighthouse"));
        found.WaitForAssertion(() => Assert.Contains("A house of light", Assert.Single(found.FindAll(".chat-row")).TextContent), Patience);
        var bad = Render<ConversationList>(list => list.Add(l => l.Query, "\"open"));
        bad.WaitForAssertion(() => Assert.NotEmpty(bad.FindAll("[role=alert]")), Patience);

        await PressAsync(page, "Delete…");
        Overlays.WaitForAssertion(() => Assert.True(HasButton(Overlays, "Delete conversation")), Patience);
        await PressAsync(Overlays, "Delete conversation");
        page.WaitForAssertion(() => Assert.EndsWith(Urls.Conversations, Get<NavigationManager>().Uri, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task What_was_sent_is_shown_and_a_summary_is_read_before_it_stands_for_anything()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var id = (await world.AskAsync("0")).ConversationId;
        await world.TickAsync();
        for (var number = 1; number <= 4; number++)
        {
            await world.AskAsync($"{number}", id);
            await world.TickAsync();
        }

        world.Provider.Words = ["Five numbers were said."];
        await PlaceAsync(world);
        var page = Open(id);
        page.WaitForAssertion(() => Assert.Contains("/ 16,000 tokens", page.Find(".chat-gauge").TextContent), Patience);

        await PressAsync(page, "What was sent");
        Overlays.WaitForAssertion(() => Assert.Contains("None was sent.", Overlays.Markup), Patience);
        Assert.Contains("the last 1", Overlays.Markup, StringComparison.Ordinal);
        await PressAsync(Overlays, "Close");

        await PressAsync(page, "Summarise older messages…");
        Overlays.WaitForAssertion(() => Assert.Equal("Five numbers were said.", Overlays.Find("textarea").GetAttribute("value")), Patience);
        Assert.DoesNotContain("Summary of what was said before", page.Markup, StringComparison.Ordinal);
        await Overlays.Find("form").SubmitAsync();

        page.WaitForAssertion(() => Assert.Contains("Summary of what was said before", page.Markup), Patience);
        await PressAsync(page, "Take out");
        page.WaitForAssertion(() => Assert.DoesNotContain("Summary of what was said before", page.Markup), Patience);
    }

    [Fact]
    public async Task A_long_conversation_is_a_window_of_few_elements()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var id = (await world.AskAsync("0")).ConversationId;
        for (var number = 1; number <= 30; number++)
        {
            await world.AskAsync($"{number}", id);
        }

        await world.Registry.OutsideAsync(
            "UPDATE conversation_runs SET status = 'ended'; UPDATE conversation_messages SET state = 'complete', content = content || 'x';"
        );
        await PlaceAsync(world);
        var page = Open(id);
        page.WaitForAssertion(() => Assert.Equal(20, page.FindAll(".chat-line").Count), Patience);
        Assert.True(page.FindAll(".chat *").Count < 500, $"{page.FindAll(".chat *").Count} elements");

        await PressAsync(page, "Earlier messages");
        page.WaitForAssertion(() => Assert.Contains("Later messages", page.Markup), Patience);
        Assert.Equal(20, page.FindAll(".chat-line").Count);
        await PressAsync(page, "Later messages");
        page.WaitForAssertion(() => Assert.DoesNotContain("Later messages", page.Markup), Patience);
    }

    private IRenderedComponent<ConversationsPage> Open(Guid? id = null) =>
        Render<ConversationsPage>(page => page.Add(p => p.Id, id ?? Guid.Parse(Get<NavigationManager>().Uri.Split('/')[^1])));

    private async Task PlaceAsync(ConversationsWorld world)
    {
        var scope = (await world.Registry.CallAsAsync(world.Root)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<Signal<ConversationChanged>>());
        Services.AddSingleton(scope.GetRequiredService<ConversationReader>());
        Services.AddSingleton(scope.GetRequiredService<ConversationSearch>());
        Services.AddSingleton(scope.GetRequiredService<ConversationService>());
        Services.AddSingleton(scope.GetRequiredService<ConversationImport>());
        Services.AddSingleton(scope.GetRequiredService<LeftConversations>());
        Services.AddSingleton(scope.GetRequiredService<AnswerRuns>());
        Services.AddSingleton(scope.GetRequiredService<AnswerApprovals>());
        Services.AddSingleton(scope.GetRequiredService<AnswerFollower>());
        Services.AddSingleton(scope.GetRequiredService<ContextGauge>());
        Services.AddSingleton(scope.GetRequiredService<Compaction>());
        Services.AddSingleton(scope.GetRequiredService<SentPrompts>());
        Reader.SetPolicies([.. Permissions.All, Policies.Everything]);
        _ = Overlays;
    }
}

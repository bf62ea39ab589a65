using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class TalkPanelTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_conversation_tells_thoughts_calls_and_words_apart()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var panel = await OpenAsync(world);

        await SayAsync(panel, "Find me a lamp");

        panel.WaitForAssertion(
            () =>
                Assert.Equal(
                    [
                        "User",
                        "Agent 1 thinks",
                        "Agent 1 calls web_search",
                        "web_search answers",
                        "Agent 1",
                        "a type of tomorrow",
                        "Ended: end turn",
                        "Used 2 steps, 42 tokens",
                    ],
                    panel.FindAll(".talk-who span").Select(who => who.TextContent)
                ),
            Patience
        );
        panel.WaitForAssertion(() => Assert.Equal("", panel.Find("textarea").GetAttribute("value") ?? ""), Patience);
        Assert.Contains("I found three lamps.", panel.Find(".talk-agent").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_said_next_is_not_added_to_what_was_said_before()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var panel = await OpenAsync(world);
        await SayAsync(panel, "Hello");
        panel.WaitForAssertion(() => Assert.Single(panel.FindAll(".talk-agent")), Patience);
        panel.WaitForAssertion(() => Assert.Contains(panel.FindAll("button"), button => button.TextContent.Trim() == "Send"), Patience);

        await SayAsync(panel, "Hello again");

        panel.WaitForAssertion(
            () =>
                Assert.Equal(
                    ["I found three lamps.", "I found three lamps."],
                    panel.FindAll(".talk-agent .talk-text").Select(text => text.TextContent)
                ),
            Patience
        );
    }

    [Fact]
    public async Task A_message_that_the_server_does_not_take_stays_in_the_field()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        world.There.Talk.Reply = FakeLettaReply.RefusesTheModelKey;
        var panel = await OpenAsync(world);

        await SayAsync(panel, "A long and thoughtful question");

        panel.WaitForAssertion(
            () => Assert.Contains("Invalid API key of openai", panel.Find(".talk-bad").TextContent, StringComparison.Ordinal),
            Patience
        );
        panel.WaitForAssertion(
            () => Assert.Equal("A long and thoughtful question", panel.Find("textarea").GetAttribute("value")),
            Patience
        );
    }

    [Fact]
    public async Task What_waits_is_denied_from_here()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        world.There.Talk.Reply = FakeLettaReply.AsksForApproval;
        var panel = await OpenAsync(world);
        await SayAsync(panel, "Hello");
        panel.WaitForAssertion(() => Assert.Contains("wants to call web_search", panel.Markup, StringComparison.Ordinal), Patience);
        panel.WaitForAssertion(() => Assert.False(Button(panel, "Deny").HasAttribute("disabled")), Patience);

        await PressAsync(panel, "Deny");

        panel.WaitForAssertion(
            () => Assert.Contains("I found nothing.", panel.Find(".talk-agent").TextContent, StringComparison.Ordinal),
            Patience
        );
        panel.WaitForAssertion(() => Assert.False(HasButton(panel, "Deny")), Patience);
    }

    [Fact]
    public async Task An_answer_without_end_is_stopped_here_and_on_the_server()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        world.There.Talk.Reply = FakeLettaReply.NeverEnds;
        var panel = await OpenAsync(world);
        await SayAsync(panel, "Hello");
        panel.WaitForAssertion(() => Assert.Contains("Agent 1 thinks", panel.Markup, StringComparison.Ordinal), Patience);

        await PressAsync(panel, "Stop");

        panel.WaitForAssertion(() => Assert.Equal([FakeLettaAgents.IdOf(1)], world.There.Talk.Cancelled), Patience);
        panel.WaitForAssertion(() => Assert.NotNull(Button(panel, "Send")), Patience);
    }

    [Fact]
    public async Task Resetting_asks_for_the_name_first()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var panel = await OpenAsync(world);
        var dialogs = Overlays;
        await SayAsync(panel, "Hello");
        panel.WaitForAssertion(() => Assert.Contains("I found three lamps.", panel.Markup, StringComparison.Ordinal), Patience);
        panel.WaitForAssertion(() => Assert.False(panel.Find(".menu-item-bad").HasAttribute("disabled")), Patience);

        panel.Find(".menu-item-bad").Click();
        dialogs.WaitForElement("input", Patience).Input("Agent 1");
        dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Reset messages").Click();

        panel.WaitForAssertion(() => Assert.DoesNotContain("I found three lamps.", panel.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task A_reader_reads_along_and_has_no_field()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);

        var panel = await OpenAsync(world, Policies.ReadRegistry);

        panel.WaitForAssertion(() => Assert.Contains("No messages yet", panel.Markup, StringComparison.Ordinal), Patience);
        Assert.Empty(panel.FindAll("textarea"));
    }

    [Fact]
    public async Task A_server_that_is_away_is_said_and_read_again()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        await world.AdoptedAsync(1);
        await world.Letta.StopAsync();
        var panel = await OpenAsync(world, adopted: true);
        panel.WaitForAssertion(
            () => Assert.Contains("othing listens on the server", panel.Find("[role=alert]").TextContent, StringComparison.Ordinal),
            Patience
        );

        await world.Letta.StartAgainAsync();
        await PressAsync(panel, "Read again");

        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll("[role=alert]")), Patience);
    }

    private static async Task SayAsync(IRenderedComponent<TalkPanel> panel, string text)
    {
        panel.WaitForElement("textarea", Patience).Input(text);
        await PressAsync(panel, "Send");
    }

    private async Task<IRenderedComponent<TalkPanel>> OpenAsync(AgentsWorld world, string? policy = null, bool adopted = false)
    {
        var id = adopted ? 1 : Assert.Single(await world.AdoptedAsync(1));
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<AgentTalk>());
        Reader.SetPolicies(policy is null ? [Policies.ReadRegistry, Policies.OperateRegistry, Policies.WriteRegistry] : [policy]);
        var agent = (await world.ReadAsync(id)).Agent;
        return Render<TalkPanel>(panel => panel.Add(p => p.Agent, agent).Add(p => p.Draft, new TalkDraft()));
    }
}

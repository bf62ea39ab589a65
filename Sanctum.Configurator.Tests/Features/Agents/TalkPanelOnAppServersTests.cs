using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class TalkPanelOnAppServersTests : KitContext
{
    private const string Call = """CALL Bash {"command":"ls"} END""";
    private const string Waiting = "section[aria-label='Messages that wait']";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_is_sent_meanwhile_is_shown_waiting_and_answered_when_its_turn_has_come()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var panel = await OpenAsync(world, await world.AdoptedAsync(1));
        await SayAsync(panel, "SLOW");
        panel.WaitForAssertion(() => Assert.Contains("What you send now waits until it is done.", panel.Markup), Patience);

        await SayAsync(panel, "second");

        panel.WaitForAssertion(() => Assert.Contains("1. root", panel.Find(Waiting).TextContent), Patience);
        Assert.Contains("second", panel.Find(Waiting).TextContent, StringComparison.Ordinal);
        world.Server.Release();
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(Waiting)), Patience);
        panel.WaitForAssertion(
            () =>
                Assert.Equal(
                    ["SLOW", "Hello from fake", "second", "Hello from fake"],
                    panel.FindAll(".talk-user .talk-text, .talk-agent .talk-text").Select(text => text.TextContent)
                ),
            Patience
        );
    }

    [Fact]
    public async Task What_waits_is_there_when_the_page_is_opened_anew_and_can_be_cancelled_and_let_go_on()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        await using var other = await world.BesideAsync();
        var (id, theirs) = (await world.AdoptedAsync(1), await other.AdoptedAsync(1));
        var saying = world.SayAsync(id, "SLOW");
        await Wait.UntilAsync(() => world.Server.Agents[FakeAppServer.IdOf(1)].Conversations.Values.Any(c => c.IsBusy));
        foreach (var text in new[] { "second", "third" })
        {
            await other.CallAsync((AgentTalk talk) => talk.QueueAsync(theirs, new() { Text = text }, CancellationToken.None));
        }

        var panel = await OpenAsync(world, id);
        panel.WaitForAssertion(() => Assert.Contains("2. Another console or program", panel.Find(Waiting).TextContent), Patience);
        await panel.Find("button[aria-label='Cancel message 1']").ClickAsync(new());
        panel.WaitForAssertion(() => Assert.DoesNotContain("second", panel.Find(Waiting).TextContent), Patience);
        panel.WaitForAssertion(() => Assert.Contains("Hello from", panel.Find(".talk-agent").TextContent), Patience);
        await PressAsync(panel, "Stop");
        panel.WaitForAssertion(() => Assert.Contains("Paused", panel.Find(Waiting).TextContent), Patience);
        await PressAsync(panel, "Let the queue go on");

        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(Waiting)), Patience);
        panel.WaitForAssertion(() => Assert.Equal("Hello from fake", panel.FindAll(".talk-agent .talk-text")[^1].TextContent), Patience);
        await saying;
    }

    [Theory]
    [InlineData(true, "approved", "It is done.")]
    [InlineData(false, "denied", "Then not.")]
    public async Task A_call_that_another_console_decided_waits_no_more_and_it_is_said(bool approve, string how, string answer)
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        await using var other = await world.BesideAsync();
        var (id, theirs) = (await world.AdoptedAsync(1), await other.AdoptedAsync(1));
        await world.SayAsync(id, Call);
        var panel = await OpenAsync(world, id);
        panel.WaitForAssertion(() => Assert.Contains("Waiting for an approval", panel.Markup), Patience);

        await other.DecideAsync(theirs, approve);

        panel.WaitForAssertion(
            () => Assert.Contains($"Another console or program {how} the call of Bash first.", panel.Markup, StringComparison.Ordinal),
            Patience
        );
        panel.WaitForAssertion(() => Assert.DoesNotContain("Waiting for an approval", panel.Markup), Patience);
        panel.WaitForAssertion(() => Assert.Equal(answer, panel.FindAll(".talk-agent .talk-text")[^1].TextContent), Patience);
    }

    [Fact]
    public async Task A_call_that_another_began_is_shown_without_a_reload()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.SayAsync(id, "Hello");
        var panel = await OpenAsync(world, id);
        panel.WaitForAssertion(() => Assert.Single(panel.FindAll(".talk-agent")), Patience);
        await Wait.UntilAsync(() => world.Server.CountOf("sync") >= 3);

        await world.SayAsync(id, Call);

        panel.WaitForAssertion(() => Assert.Contains("Agent 1 wants to call Bash", panel.Markup, StringComparison.Ordinal), Patience);
    }

    private static async Task SayAsync(IRenderedComponent<TalkPanel> panel, string text)
    {
        panel.WaitForElement("textarea", Patience).Input(text);
        await PressAsync(panel, "Send");
    }

    private async Task<IRenderedComponent<TalkPanel>> OpenAsync(AppServerWorld world, int id)
    {
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<AgentTalk>());
        Reader.SetPolicies(Policies.ReadRegistry, Policies.OperateRegistry, Policies.WriteRegistry, Policies.Everything);
        var agent = (
            await world.CallAsync((Sanctum.Configurator.Features.Agents.AgentService agents) => agents.FindAsync(id, default))
        )!.Agent;
        return Render<TalkPanel>(panel => panel.Add(p => p.Agent, agent).Add(p => p.Draft, new TalkDraft()));
    }
}

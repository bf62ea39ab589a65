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

        // At once, before the server has the first one.
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

    /// <summary>As reported of other consoles: what waits changes while somebody reads it, and their click falls on something else.</summary>
    [Fact]
    public async Task A_call_that_comes_beside_the_one_that_is_read_is_shown_and_not_approved_unread()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.SayAsync(id, Call);
        var panel = await OpenAsync(world, id);
        panel.WaitForAssertion(() => Assert.Single(panel.FindAll("[role=group][aria-label='What Bash would do']")), Patience);
        await Wait.UntilAsync(() => world.Server.CountOf("sync") >= 3);
        var agent = world.Server.Agents[FakeAppServer.IdOf(1)];
        var conversation = agent.Conversations.Values.Single(c => c.Summary == "Console");

        world.Server.Ask(agent, conversation, "Write", """{"file_path":"a.txt"}""");

        panel.WaitForAssertion(() => Assert.Single(panel.FindAll("[role=group][aria-label='What Write would do']")), Patience);
        Assert.DoesNotContain("decided about the call", panel.Markup, StringComparison.Ordinal);
        Assert.Equal(2, conversation.Pending.Count);
    }

    /// <summary>What the server answers to the page's own question may be older than what it told meanwhile.</summary>
    [Fact]
    public async Task What_happens_while_the_queue_is_let_go_on_is_not_overlooked()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var saying = world.SayAsync(id, "SLOW");
        await Wait.UntilAsync(() => world.Server.Agents[FakeAppServer.IdOf(1)].Conversations.Values.Any(c => c.IsBusy));
        await world.CallAsync((AgentTalk talk) => talk.QueueAsync(id, new() { Text = "SLOW too" }, CancellationToken.None));
        await world.CallAsync((AgentTalk talk) => talk.QueueAsync(id, new() { Text = "third" }, CancellationToken.None));
        await world.CallAsync((AgentTalk talk) => talk.CancelAsync(id, CancellationToken.None));
        await saying;
        var panel = await OpenAsync(world, id);
        panel.WaitForAssertion(() => Assert.Contains("Paused", panel.Find(Waiting).TextContent), Patience);
        var conversation = world.Server.Agents[FakeAppServer.IdOf(1)].Conversations.Values.Single(c => c.Summary == "Console");
        var (isResumed, isHeld) = (false, false);
        world.Server.OnCommand = async command =>
        {
            isResumed |= (string?)command["type"] == "resume_queue";
            if (isResumed && !isHeld && (string?)command["type"] == "conversation_messages_list")
            {
                isHeld = true;
                world.Server.Release();
                await Wait.UntilAsync(() => conversation is { IsBusy: false, Queue.Count: 0 });
            }
        };

        await PressAsync(panel, "Let the queue go on");

        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(Waiting)), Patience);
        panel.WaitForAssertion(() => Assert.Equal("third", panel.FindAll(".talk-user .talk-text")[^1].TextContent), Patience);
        panel.WaitForAssertion(() => Assert.Equal("Hello from fake", panel.FindAll(".talk-agent .talk-text")[^1].TextContent), Patience);
    }

    [Fact]
    public async Task What_was_said_while_the_connection_was_lost_is_read_when_it_is_there_again()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        await using var other = await world.BesideAsync();
        var (id, theirs) = (await world.AdoptedAsync(1), await other.AdoptedAsync(1));
        await world.SayAsync(id, "Hello");
        var panel = await OpenAsync(world, id);
        panel.WaitForAssertion(() => Assert.Single(panel.FindAll(".talk-agent")), Patience);
        await Wait.UntilAsync(() => world.Server.CountOf("sync") >= 3);
        world.Server.Cut();

        // The other console's connection was cut as well, which it may learn of only now.
        await Wait.UntilAsync(async () =>
            (await other.SayAsync(theirs, "Hello from elsewhere")).Any(message => message.Text == "Hello from fake")
        );
        await Wait.UntilAsync(() =>
        {
            world.Registry.Clock.Advance(TimeSpan.FromSeconds(6));
            return panel.FindAll(".talk-user .talk-text").Count >= 2;
        });

        Assert.Equal("Hello from elsewhere", panel.FindAll(".talk-user .talk-text")[^1].TextContent);
    }

    /// <summary>As Letta's own does where a model is silent: a cancelled run hangs, and what waits is not begun with.</summary>
    [Fact]
    public async Task A_queue_that_the_server_does_not_begin_with_is_said_to_stand_still()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.SayAsync(id, "Hello");
        world
            .Server.Agents[FakeAppServer.IdOf(1)]
            .Conversations.Values.Single(c => c.Summary == "Console")
            .Queue.Add(
                new()
                {
                    ["id"] = "q-9",
                    ["client_message_id"] = "other",
                    ["content"] = "And then?",
                }
            );

        var panel = await OpenAsync(world, id);

        panel.WaitForAssertion(() => Assert.Contains("The server has not begun with them", panel.Find(Waiting).TextContent), Patience);
        await PressAsync(panel, "Let the queue go on");
        panel.WaitForAssertion(() => Assert.Equal("And then?", panel.FindAll(".talk-user .talk-text")[^1].TextContent), Patience);
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(Waiting)), Patience);
    }

    [Fact]
    public async Task Nothing_is_said_to_wait_on_a_server_that_cannot_be_read()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.SayAsync(id, Call);
        var panel = await OpenAsync(world, id);
        panel.WaitForAssertion(() => Assert.Contains("Waiting for an approval", panel.Markup), Patience);
        await world.Server.StopAsync();

        await PressAsync(panel, "Read again");

        panel.WaitForAssertion(() => Assert.Contains("othing listens on the server", panel.Find("[role=alert]").TextContent), Patience);
        Assert.DoesNotContain("Waiting for an approval", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_what_waits_and_why_they_cannot_decide()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.SayAsync(id, Call);

        var panel = await OpenAsync(world, id, policies: [Policies.ReadRegistry]);

        panel.WaitForAssertion(() => Assert.Contains("deciding takes the permission registry:operate", panel.Markup), Patience);
        Assert.False(HasButton(panel, "Approve") || HasButton(panel, "Deny"));
    }

    [Fact]
    public async Task What_the_server_did_not_take_is_put_back_above_what_was_typed_meanwhile()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var draft = new TalkDraft();
        var panel = await OpenAsync(world, id, draft);
        panel.WaitForElement("textarea", Patience);
        var go = new TaskCompletionSource();
        world.Server.OnCommand = async command =>
        {
            if ((string?)command["type"] == "conversation_create")
            {
                await go.Task.WaitAsync(Patience);
            }
        };
        world.Server.OnAnswer = (command, answer) =>
            answer["success"] = (string?)command["type"] != "conversation_create" && (bool?)answer["success"] != false;

        await SayAsync(panel, "A long and thoughtful question");
        panel.WaitForAssertion(() => Assert.Contains("A long and thoughtful question", panel.Find(".talk-user").TextContent), Patience);
        panel.Find("textarea").Input("and one more");
        go.SetResult();

        panel.WaitForAssertion(() => Assert.Equal("A long and thoughtful question\n\nand one more", draft.Text), Patience);
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(".talk-user")), Patience);
        Assert.Contains("The App Server answered", panel.Find("[role=alert]").TextContent, StringComparison.Ordinal);
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

    private async Task<IRenderedComponent<TalkPanel>> OpenAsync(
        AppServerWorld world,
        int id,
        TalkDraft? draft = null,
        params string[] policies
    )
    {
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<AgentTalk>());
        Reader.SetPolicies(
            policies.Length > 0 ? policies : [Policies.ReadRegistry, Policies.OperateRegistry, Policies.WriteRegistry, Policies.Everything]
        );
        var agent = (
            await world.CallAsync((Sanctum.Configurator.Features.Agents.AgentService agents) => agents.FindAsync(id, default))
        )!.Agent;
        return Render<TalkPanel>(panel => panel.Add(p => p.Agent, agent).Add(p => p.Draft, draft ?? new TalkDraft()));
    }
}

using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers;

/// <summary>A held tool is taken from the agents of the Letta server, and an approval gives it back to the same ones.</summary>
public sealed class KeepingHeldToolsFromAgentsTests
{
    private const string Changed = "Says it back, and more.";
    private const string Schema = """{"type":"object","properties":{"message":{"type":"string"}}}""";

    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_changed_tool_is_detached_and_approved_it_is_attached_to_the_same_agents(TestDatabase database)
    {
        await using var stage = await Stage.SetAsync(database);

        stage.Server.Add("echo", Changed, Schema);
        await stage.World.TestAsync(stage.Id);
        var held = await stage.PinAsync();
        var (first, second, third) = (stage.Has(1), stage.Has(2), stage.Has(3));
        McpWorld.Done(await stage.World.DecideAsync(stage.Id, approve: [held]));

        Assert.Equal((false, false, false), (first, second, third));
        Assert.Equal(["Agent 1", "Agent 3"], held.AtLetta!.Agents.Select(agent => agent.Name));
        Assert.Null(held.AtLetta.Due);
        Assert.Equal((true, false, true), (stage.Has(1), stage.Has(2), stage.Has(3)));
        Assert.Null((await stage.PinAsync()).AtLetta);
    }

    [Fact]
    public async Task The_history_and_the_notification_say_what_was_done_at_Letta()
    {
        await using var stage = await Stage.SetAsync();

        stage.Server.Add("echo", Changed, Schema);
        await stage.World.TestAsync(stage.Id);
        McpWorld.Done(await stage.World.DecideAsync(stage.Id, approve: [await stage.PinAsync()]));

        await using var registry = stage.World.Registry.Open();
        var reasons = await registry.Changes.Select(change => change.Reason).ToListAsync(McpWorld.Cancel);
        var notice = await registry.Notifications.SingleAsync(n => n.Source == "mcp", McpWorld.Cancel);
        Assert.Contains("At the Letta server echo was detached from 2 agents.", reasons);
        Assert.Contains("At the Letta server echo was attached to 2 agents again.", reasons);
        Assert.Contains("echo was detached from 2 agents", notice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removed_and_renamed_tools_are_detached_and_one_that_comes_back_is_attached_again()
    {
        await using var stage = await Stage.SetAsync();
        stage.Agents.AddTool("tool-fresh", "fresh", 2);
        stage.Letta.Live.Add("fresh");
        await stage.World.CallAsync((McpAtLetta at) => at.ResyncAsync(stage.Id, McpWorld.Cancel));

        stage.Server.Remove("echo");
        stage.Server.Add("fresh", "Says it back.", Schema);
        await stage.World.TestAsync(stage.Id);
        var (gone, added) = (stage.Has(1), stage.Agents.ToolsOf(2).Contains("fresh"));
        stage.Server.Add("echo", "Says it back.", Schema);
        await stage.World.TestAsync(stage.Id);

        Assert.Equal((false, false), (gone, added));
        Assert.Equal((true, true), (stage.Has(1), stage.Has(3)));
        Assert.Equal(McpToolState.Approved, (await stage.PinAsync()).State);
    }

    [Fact]
    public async Task What_is_kept_blocked_stays_off_and_is_given_back_when_it_is_approved_after_all()
    {
        await using var stage = await Stage.SetAsync();
        stage.Server.Add("echo", Changed, Schema);
        await stage.World.TestAsync(stage.Id);

        McpWorld.Done(await stage.World.DecideAsync(stage.Id, block: [await stage.PinAsync()]));
        await stage.World.TestAsync(stage.Id);
        var whileBlocked = stage.Has(1) || stage.Has(3);
        McpWorld.Done(await stage.World.DecideAsync(stage.Id, approve: [await stage.PinAsync()]));

        Assert.False(whileBlocked);
        Assert.Equal((true, false, true), (stage.Has(1), stage.Has(2), stage.Has(3)));
    }

    [Fact]
    public async Task An_approved_tool_that_is_blocked_is_detached_at_once()
    {
        await using var stage = await Stage.SetAsync();

        McpWorld.Done(await stage.World.DecideAsync(stage.Id, block: [await stage.PinAsync()]));

        Assert.False(stage.Has(1) || stage.Has(3));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_Letta_server_that_fails_is_named_at_the_tool_and_tried_again(TestDatabase database)
    {
        await using var stage = await Stage.SetAsync(database);
        var well = stage.Fake.Behaviour;
        stage.Server.Add("echo", Changed, Schema);

        stage.Fake.Behaviour = well with { Mood = FakeLettaMood.Fails };
        await stage.World.TestAsync(stage.Id);
        var failed = await stage.PinAsync();
        stage.Fake.Behaviour = well;
        await stage.World.TestAsync(stage.Id);

        Assert.Equal(LettaHoldAct.Detach, failed.AtLetta!.Due);
        Assert.Contains("500", failed.AtLetta.Problem, StringComparison.Ordinal);
        var settled = await stage.PinAsync();
        Assert.Equal((2, null, null), (settled.AtLetta!.Agents.Count, settled.AtLetta.Due, settled.AtLetta.Problem));
        Assert.False(stage.Has(1) || stage.Has(3));
    }

    [Fact]
    public async Task An_approval_while_Letta_is_away_is_made_up_for_later_without_forgetting_anybody()
    {
        await using var stage = await Stage.SetAsync();
        stage.Server.Add("echo", Changed, Schema);
        await stage.World.TestAsync(stage.Id);

        await stage.Fake.StopAsync();
        McpWorld.Done(await stage.World.DecideAsync(stage.Id, approve: [await stage.PinAsync()]));
        var waiting = await stage.PinAsync();
        await stage.Fake.StartAgainAsync();
        stage.Agents.Remove(3);
        await stage.World.TestAsync(stage.Id);

        Assert.Equal((McpToolState.Approved, LettaHoldAct.Attach, 2), (waiting.State, waiting.AtLetta!.Due, waiting.AtLetta.Agents.Count));
        Assert.NotNull(waiting.AtLetta.Problem);
        Assert.True(stage.Has(1));
        Assert.Null((await stage.PinAsync()).AtLetta);
    }

    [Fact]
    public async Task The_first_sight_of_a_server_and_somebodys_own_server_take_nothing_from_agents()
    {
        await using var stage = await Stage.SetAsync(isApproved: false);
        var own = McpWorld.Done(
            await stage.World.SaveAsync(
                new()
                {
                    Name = "Mine",
                    Url = stage.Server.Url.AbsoluteUri,
                    IsMine = true,
                }
            )
        );

        await stage.World.TestAsync(own.Id);
        McpWorld.Done(await stage.World.DecideAsync(own.Id, approve: await stage.World.PinsAsync(own.Id)));
        stage.Server.Add("echo", Changed, Schema);
        await stage.World.TestAsync(own.Id);
        await stage.World.TestAsync(stage.Id);

        Assert.Equal((true, true), (stage.Has(1), stage.Has(3)));
        var pins = (await stage.World.PinsAsync(own.Id)).Concat(await stage.World.PinsAsync(stage.Id));
        Assert.All(pins, pin => Assert.Equal((pin.Name == "echo" ? McpToolState.Held : pin.State, null), (pin.State, pin.AtLetta)));
    }

    /// <summary>An MCP server with a tool that two of three agents of a Letta server have.</summary>
    private sealed record Stage(FakeMcpServer Server, FakeLetta Fake, FakeLettaMcp Letta, FakeLettaAgents Agents, McpWorld World, int Id)
        : IAsyncDisposable
    {
        public static async Task<Stage> SetAsync(TestDatabase database = TestDatabase.Sqlite, bool isApproved = true)
        {
            var server = await FakeMcpServer.StartAsync();
            server.Add("echo", "Says it back.", Schema);
            var (mcp, agents) = (new FakeLettaMcp { Live = { "echo" } }, new FakeLettaAgents(3));
            agents.AddTool("tool-echo", "echo", 1, 3);
            var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Mcp = mcp, Store = agents });
            var world = await McpWorld.CreateAsync(
                database,
                new()
                {
                    ["Sanctum:letta_server_address"] = "http://localhost",
                    ["Sanctum:letta_server_port"] = $"{letta.Port}",
                    ["Sanctum:letta_server_token"] = FakeLetta.Password,
                    ["Sanctum:letta_server_kind"] = "v1",
                }
            );
            var saved = await world.AddAsync("Fake", server.Url);
            await world.TestAsync(saved.Id);
            McpWorld.Done(await world.CallAsync((McpAtLetta at) => at.RegisterAsync(saved.Id, new(), McpWorld.Cancel)));
            if (isApproved)
            {
                McpWorld.Done(await world.DecideAsync(saved.Id, approve: await world.PinsAsync(saved.Id)));
            }

            return new(server, letta, mcp, agents, world, saved.Id);
        }

        public Task<McpPinRow> PinAsync() => World.PinAsync(Id, "echo");

        public bool Has(int agent) => Agents.ToolsOf(agent).Contains("echo");

        public async ValueTask DisposeAsync()
        {
            await World.DisposeAsync();
            await Fake.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}

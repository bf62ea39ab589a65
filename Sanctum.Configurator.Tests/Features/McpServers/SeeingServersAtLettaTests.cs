using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers;

/// <summary>The three views of one server: the console's, what Letta keeps, and what Letta sees.</summary>
public sealed class SeeingServersAtLettaTests
{
    [Fact]
    public async Task A_server_is_registered_seen_to_drift_resynchronised_and_removed()
    {
        await using var server = await FakeMcpServer.StartAsync();
        var mcp = new FakeLettaMcp { Live = { "echo" } };
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Mcp = mcp });
        await using var world = await McpWorld.CreateAsync(settings: SettingsOf(letta));
        var saved = await world.AddApprovedAsync("Fake", server.Url);

        var before = await AskAsync(world, at => at.FindAsync(saved.Id, McpWorld.Cancel));
        await AskAsync(world, at => at.RegisterAsync(saved.Id, new("typed-anew"), McpWorld.Cancel));
        mcp.Live.Clear();
        mcp.Live.Add("fresh");
        var drifted = await AskAsync(world, at => at.FindAsync(saved.Id, McpWorld.Cancel));
        var synced = await AskAsync(world, at => at.ResyncAsync(saved.Id, McpWorld.Cancel));
        var told = mcp.Servers[0].DeepClone();
        var after = await AskAsync(world, at => at.RemoveAsync(saved.Id, McpWorld.Cancel));

        Assert.Null(before.LettaId);
        Assert.Equal(("streamable_http", "Bearer typed-anew"), ($"{told["mcp_server_type"]}", $"{told["auth_token"]}"));
        Assert.Equal(
            [("echo", true, false), ("fresh", false, true)],
            drifted.Tools.Select(tool => (tool.Name, tool.IsCached, tool.IsLive == true))
        );
        Assert.All(drifted.Tools, tool => Assert.Contains("Resync", tool.Drift, StringComparison.Ordinal));
        Assert.Contains(synced.Tools, tool => tool is { Name: "fresh", Ours: null, IsCached: true });
        Assert.Null(after.LettaId);
    }

    [Fact]
    public async Task What_Letta_gives_to_agents_unapproved_is_pointed_out()
    {
        await using var server = await FakeMcpServer.StartAsync();
        var mcp = new FakeLettaMcp { Live = { "echo" } };
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Mcp = mcp });
        await using var world = await McpWorld.CreateAsync(settings: SettingsOf(letta));
        var saved = await world.AddAsync("Fake", server.Url);
        await world.TestAsync(saved.Id);

        var view = await AskAsync(world, at => at.RegisterAsync(saved.Id, new(), McpWorld.Cancel));

        var echo = Assert.Single(view.Tools);
        Assert.Equal(McpToolState.Held, echo.Ours);
        Assert.Contains("not approved here", echo.Drift, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Letta_server_that_does_not_answer_is_named()
    {
        await using var world = await McpWorld.CreateAsync(
            settings: new()
            {
                ["Sanctum:letta_server_address"] = "http://127.0.0.1",
                ["Sanctum:letta_server_port"] = "1",
                ["Sanctum:letta_server_kind"] = "v1",
            }
        );
        var saved = await world.AddAsync("Fake", new("http://127.0.0.1:9/mcp"));

        var refused = await world.CallAsync((McpAtLetta at) => at.FindAsync(saved.Id, McpWorld.Cancel));

        Assert.StartsWith("The Letta server could not be asked:", McpWorld.Refused(refused), StringComparison.Ordinal);
    }

    internal static Dictionary<string, string?> SettingsOf(FakeLetta letta) =>
        new()
        {
            ["Sanctum:letta_server_address"] = "http://localhost",
            ["Sanctum:letta_server_port"] = $"{letta.Port}",
            ["Sanctum:letta_server_token"] = FakeLetta.Password,
        };

    private static async Task<LettaMcpView> AskAsync(
        McpWorld world,
        Func<McpAtLetta, Task<Sanctum.Configurator.Platform.Outcome<LettaMcpView>>> act
    ) => McpWorld.Done(await world.CallAsync(act));
}

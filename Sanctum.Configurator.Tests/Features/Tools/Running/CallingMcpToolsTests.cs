using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools.Running;

/// <summary>A tool of a real MCP server is called in either transport, and its failures are told apart from the server's.</summary>
public sealed class CallingMcpToolsTests(McpEverything server) : IClassFixture<McpEverything>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_is_called_with_the_arguments_that_are_configured_or_said_anew(bool isSse)
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await ToolsWorld.CreateAsync();
        var instance = await AddAsync(world, isSse ? server.Sse : server.Streamable, "echo", new() { ["message"] = "Are you there?" });

        var run = ToolsWorld.Done(await world.RunAsync(instance.Id));
        var again = ToolsWorld.Done(
            await world.RunAsync(instance.Id, new() { ["arguments"] = new JsonObject { ["message"] = "And now?" } })
        );

        Assert.Equal((true, "echo answered.", "Echo: Are you there?"), (run.IsOk, run.Message, run.Output));
        Assert.Equal("Echo: And now?", again.Output);
    }

    [Fact]
    public async Task What_goes_wrong_is_said_and_the_instance_is_degraded()
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await ToolsWorld.CreateAsync();
        var unknown = await AddAsync(world, server.Streamable, "none", []);
        var dead = await AddAsync(world, new("http://127.0.0.1:1/mcp"), "echo", []);

        var refused = ToolsWorld.Done(await world.RunAsync(unknown.Id));
        var unreachable = ToolsWorld.Done(await world.RunAsync(dead.Id));

        Assert.False(refused.IsOk);
        Assert.Contains("none", $"{refused.Message} {refused.Output}", StringComparison.Ordinal);
        Assert.False(unreachable.IsOk);
        Assert.StartsWith("The call to 127.0.0.1:1 failed:", unreachable.Message, StringComparison.Ordinal);
        Assert.Equal(
            RunState.Degraded,
            (await world.CallAsync((ToolReader reader) => reader.FindInstanceAsync(dead.Id, TestContext.Current.CancellationToken)))!.Status
        );
    }

    [Fact]
    public async Task A_call_that_takes_too_long_ends()
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await ToolsWorld.CreateAsync();
        var tool = await world.AddToolAsync("Slow");
        var instance = ToolsWorld.Done(
            await world.SaveInstanceAsync(
                new()
                {
                    ToolId = tool.Id,
                    Name = "Slow",
                    Config = new()
                    {
                        ["kind"] = "mcp",
                        ["url"] = $"{server.Streamable}",
                        ["tool"] = "trigger-long-running-operation",
                        ["arguments"] = new JsonObject { ["duration"] = 600, ["steps"] = 600 },
                        ["timeout_seconds"] = 2,
                    },
                }
            )
        );

        var run = ToolsWorld.Done(await world.RunAsync(instance.Id));

        Assert.Contains("Timed out after 2 seconds", run.Message, StringComparison.Ordinal);
    }

    private static Task<InstanceRow> AddAsync(ToolsWorld world, Uri url, string tool, JsonObject arguments) =>
        world.AddInstanceAsync(
            new JsonObject
            {
                ["kind"] = "mcp",
                ["url"] = $"{url}",
                ["tool"] = tool,
                ["arguments"] = arguments,
            }.ToJsonString()
        );
}

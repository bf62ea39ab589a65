using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>What agents find and read at <c>/mcp</c>, with the protocol's own client against the whole console.</summary>
public sealed class AgentsReadTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData(Agent.Newest), InlineData(Agent.WithHandshake)]
    public async Task Both_eras_of_the_protocol_get_the_same_few_tools(string version)
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey, version: version);

        var tools = await agent.ToolsAsync();

        Assert.Equal(["find_operations", "read_operation", "last_failures", "read_guide"], tools.Select(tool => tool.Name));
        Assert.All(tools, tool => Assert.True(tool.Annotations?.ReadOnlyHint));
        Assert.Equal(version, agent.Client.NegotiatedProtocolVersion);
        Assert.Contains("find_operations", agent.Client.ServerInstructions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_is_found_by_words_and_then_called()
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        var found = await agent.AskAsync("find_operations", new { query = "failed runs of jobs" });
        var first = found["operations"]!.AsArray().First(row => row!["operation"]!.ToString() == "runs_list")!;
        Assert.Equal("read", first["kind"]!.ToString());
        Assert.Contains("outcome", first["arguments"]!["properties"]!.AsObject().Select(member => member.Key));

        var answer = await agent.AskAsync(
            "read_operation",
            new { operation = "runs_list", arguments = new { outcome = "failed", take = 5 } }
        );
        Assert.Equal(200, (int)answer["status"]!);
        Assert.Equal(0, (int)answer["body"]!["total"]!);
    }

    [Fact]
    public async Task Without_a_query_all_areas_are_listed()
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        var areas = (await agent.AskAsync("find_operations"))["areas"]!.AsObject();

        TestContext.Current.TestOutputHelper?.WriteLine(areas.ToJsonString(new() { WriteIndented = true }));
        Assert.Contains("agents", areas.Select(area => area.Key));
        Assert.Contains("settings_get", areas["system-settings"]!.AsArray().Select(name => name!.ToString()));
        Assert.DoesNotContain("settings_update", areas["system-settings"]!.AsArray().Select(name => name!.ToString()));
    }
}

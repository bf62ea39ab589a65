using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools.Running;

/// <summary>All that can be written of an MCP tool's answer is, and what is said for one run is held to the rules.</summary>
public sealed class AnsweringMcpToolsTests
{
    private const string Picture = """{"type":"image","data":"","mimeType":"image/png"}""";

    /// <summary>danny-avila/LibreChat 15198, ggml-org/llama.cpp 26410, dust-tt/dust 26388; anthropics/claude-code 54737.</summary>
    [Theory]
    [InlineData("""{"content":[],"structuredContent":{"lat":50.9}}""", """{"lat":50.9}""")]
    [InlineData("""{"structuredContent":{"lat":50.9}}""", """{"lat":50.9}""")]
    [InlineData($$"""{"content":[{{Picture}}],"structuredContent":{"lat":50.9} }""", "[image]\n{\"lat\":50.9}")]
    [InlineData("""{"content":[{"type":"text","text":"50.9"}],"structuredContent":{"lat":50.9}}""", "50.9")]
    [InlineData("""{"content":[{"type":"resource","resource":{"uri":"file:///a","text":"inside"}}]}""", "inside")]
    [InlineData("""{"content":[{"type":"resource_link","uri":"file:///a","name":"a"}]}""", "[resource_link file:///a]")]
    [InlineData("""{"content":null}""", "")]
    public async Task What_an_answer_says_is_in_the_result(string answer, string shown)
    {
        await using var world = await ToolsWorld.CreateAsync();
        await using var server = await RawMcp.StartAsync((method, _) => method == "tools/call" ? answer : RawMcp.Hello);
        var instance = await AddAsync(world, server);

        var run = ToolsWorld.Done(await world.RunAsync(instance.Id));

        Assert.True(run.IsOk, run.Message);
        Assert.Equal(shown, run.Output);
    }

    [Theory]
    [InlineData("""{"arguments": [1]}""")]
    [InlineData("""{"arguments": "x"}""")]
    [InlineData("""{"arguments": null}""")]
    public async Task What_is_said_for_one_run_is_held_to_the_rules(string overrides)
    {
        await using var world = await ToolsWorld.CreateAsync();
        var calls = 0;
        await using var server = await RawMcp.StartAsync(
            (method, _) =>
            {
                calls += method == "tools/call" ? 1 : 0;
                return method == "tools/call" ? """{"content":[]}""" : RawMcp.Hello;
            }
        );
        var instance = await AddAsync(world, server);

        var outcome = await world.RunAsync(instance.Id, (JsonObject)JsonNode.Parse(overrides)!);

        Assert.Contains("arguments", Assert.IsType<Outcome<RunResult>.Invalid>(outcome).Reasons["overrides"], StringComparison.Ordinal);
        Assert.Equal(0, calls);
    }

    private static Task<InstanceRow> AddAsync(ToolsWorld world, RawMcp server) =>
        world.AddInstanceAsync($$"""{"kind": "mcp", "url": "{{server.Url}}", "tool": "any", "arguments": {"a": 1} }""");
}

using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers.Client;

/// <summary>The reference server of the older era, over both transports: tested, its tools called, and its program ended.</summary>
public sealed class ReferenceServerTests(McpEverything server) : IClassFixture<McpEverything>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_tested_and_its_tools_answer(bool isProgram)
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var calls = new McpCalls([server.Program]);
        var target = isProgram ? McpCalls.Of(server.Program, null, server.Arguments) : McpCalls.At(server.Streamable);

        var report = await calls.TestAsync(target);
        await using var connection = await calls.ConnectAsync(target);
        var echo = await connection.CallAsync("echo", new JsonObject { ["message"] = "Are you there?" }, null, McpCalls.Cancel);
        var sum = await connection.CallAsync("get-sum", new JsonObject { ["a"] = 2, ["b"] = 3 }, null, McpCalls.Cancel);
        var picture = await connection.CallAsync("get-tiny-image", [], null, McpCalls.Cancel);

        Assert.Equal((McpVerdict.Connected, isProgram ? "stdio" : "streamable_http"), (report.Verdict, report.Transport));
        Assert.True(report.Definitions!.Count > 5);
        Assert.Equal("Echo: Are you there?", Assert.IsType<TextContentBlock>(Assert.Single(echo.Content)).Text);
        Assert.Contains("5", Assert.IsType<TextContentBlock>(Assert.Single(sum.Content)).Text, StringComparison.Ordinal);
        Assert.Contains(picture.Content, block => block is ImageContentBlock);
    }

    [Fact]
    public async Task Its_environment_tool_shows_nothing_of_the_consoles_environment()
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var calls = new McpCalls([server.Program]);
        var given = new Dictionary<string, string> { ["GIVEN"] = "to the program" };
        await using var connection = await calls.ConnectAsync(McpCalls.Of(server.Program, given, server.Arguments));

        var answer = await connection.CallAsync("get-env", [], null, McpCalls.Cancel);

        var text = Assert.IsType<TextContentBlock>(Assert.Single(answer.Content)).Text;
        Assert.Contains("to the program", text, StringComparison.Ordinal);
        foreach (
            var name in Environment
                .GetEnvironmentVariables()
                .Keys.Cast<string>()
                .Where(name => name.StartsWith("SANCTUM_", StringComparison.Ordinal))
        )
        {
            Assert.DoesNotContain(name, text, StringComparison.Ordinal);
        }
    }
}

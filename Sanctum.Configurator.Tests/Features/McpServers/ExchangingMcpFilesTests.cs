using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Tests.Features.McpServers;

/// <summary>mcp.json of other programs comes in with what it leaves out asked for, and goes out without a secret.</summary>
public sealed class ExchangingMcpFilesTests
{
    private const string VsCode = """
        {
          // Servers of this workspace
          "inputs": [{ "type": "promptString", "id": "key", "description": "Key", "password": true }],
          "servers": {
            "files": { "type": "stdio", "command": "npx", "args": ["-y", "files", "/data"], "env": { "LEVEL": "debug", "KEY": "${input:key}" } },
            "hub": { "type": "http", "url": "https://hub.example/mcp", "headers": { "Authorization": "Bearer ${input:key}" } },
            "old": { "type": "sse", "url": "http://127.0.0.1:8000/sse", },
          },
        }
        """;

    private const string Claude = """
        {"mcpServers": {"github": {"command": "docker", "args": ["run", "-i", "github"], "env": {"TOKEN": "ghp_a-real-one"}},
          "remote": {"url": "https://remote.example/mcp", "headers": {"Authorization": "Bearer abc", "X-Tenant": "one"}}}}
        """;

    [Fact]
    public async Task A_file_of_VS_Code_is_shown_first_and_asks_for_its_placeholders()
    {
        await using var world = await McpWorld.CreateAsync();

        var preview = McpWorld.Done(
            await world.CallAsync((McpExchange exchange) => exchange.PreviewAsync(new() { Text = VsCode }, McpWorld.Cancel))
        );
        var before = (await ListAsync(world)).Total;
        var done = McpWorld.Done(
            await world.CallAsync(
                (McpExchange exchange) =>
                    exchange.ImportAsync(
                        new()
                        {
                            Text = VsCode,
                            Secrets = new() { ["files/KEY"] = "typed" },
                        },
                        McpWorld.Cancel
                    )
            )
        );

        Assert.Equal(["files/KEY"], preview.Servers[0].Missing);
        Assert.Equal(["hub/Authorization"], preview.Servers[1].Missing);
        Assert.Equal((0, 3), (before, done.Added));
        var rows = (await ListAsync(world)).Items.ToDictionary(row => row.Name);
        Assert.Equal(["KEY", "LEVEL"], rows["files"].VariableNames);
        Assert.Equal((McpTransport.StreamableHttp, McpTransport.Sse), (rows["hub"].Transport, rows["old"].Transport));
    }

    [Fact]
    public async Task A_file_of_Claude_Desktop_comes_in_once_and_its_secrets_do_not_go_out()
    {
        await using var world = await McpWorld.CreateAsync();
        McpWorld.Done(await world.CallAsync((McpExchange exchange) => exchange.ImportAsync(new() { Text = Claude }, McpWorld.Cancel)));

        var again = McpWorld.Done(
            await world.CallAsync((McpExchange exchange) => exchange.ImportAsync(new() { Text = Claude }, McpWorld.Cancel))
        );
        var files = await world.CallAsync(
            async (McpExchange exchange) =>
                (await exchange.ExportAsync("vscode", McpWorld.Cancel), await exchange.ExportAsync("claude", McpWorld.Cancel))
        );

        Assert.Equal(0, again.Added);
        Assert.All(again.Servers, row => Assert.Contains("already exists", row.Problem, StringComparison.Ordinal));
        foreach (var text in new[] { files.Item1.ToJsonString(), files.Item2.ToJsonString() })
        {
            Assert.DoesNotContain("ghp_", text, StringComparison.Ordinal);
            Assert.DoesNotContain("abc", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"one\"", text, StringComparison.Ordinal);
        }

        Assert.Equal("${input:github-token}", $"{files.Item1["servers"]!["github"]!["env"]!["TOKEN"]}");
        Assert.Equal("${TOKEN}", $"{files.Item2["mcpServers"]!["github"]!["env"]!["TOKEN"]}");
        var preview = McpWorld.Done(
            await world.CallAsync(
                (McpExchange exchange) => exchange.PreviewAsync(new() { Text = files.Item1.ToJsonString() }, McpWorld.Cancel)
            )
        );
        Assert.Contains("github/TOKEN", preview.Servers.SelectMany(row => row.Missing));
    }

    [Theory]
    [InlineData("", "Paste")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "no mcp.json")]
    [InlineData("{\"a\": 1}", "neither")]
    [InlineData("{\"mcpServers\": []}", "must be a JSON object")]
    [InlineData("{\"mcpServers\": {}}", "no servers in it")]
    [InlineData("{\"command\": \"npx\"}", "without a name")]
    public async Task A_file_that_can_not_be_read_is_answered_with_a_sentence(string text, string said)
    {
        await using var world = await McpWorld.CreateAsync();

        var outcome = await world.CallAsync((McpExchange exchange) => exchange.PreviewAsync(new() { Text = text }, McpWorld.Cancel));

        Assert.Contains(text.Length == 0 ? "not valid JSON" : said, McpWorld.Refused(outcome), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"text\"", "must be a JSON object")]
    [InlineData("{\"type\": \"http\"}", "neither a command nor a url")]
    [InlineData("{\"url\": \"ftp://x\"}", "can't be called")]
    [InlineData("{\"command\": \"npx\", \"args\": \"one\"}", "must be a list")]
    public async Task One_server_that_is_none_keeps_the_others_not_back(string server, string said)
    {
        await using var world = await McpWorld.CreateAsync();
        var text = $$"""{"mcpServers": {"bad": {{server}}, "good": {"url": "https://good.example/mcp"} } }""";

        var done = McpWorld.Done(
            await world.CallAsync((McpExchange exchange) => exchange.ImportAsync(new() { Text = text }, McpWorld.Cancel))
        );

        Assert.Equal(1, done.Added);
        Assert.Contains(said, done.Servers[0].Problem, StringComparison.Ordinal);
    }

    private static Task<PageOf<McpServerRow>> ListAsync(McpWorld world) =>
        world.CallAsync((McpServerReader reader) => reader.PageAsync(new(0, 50), McpWorld.Cancel));
}

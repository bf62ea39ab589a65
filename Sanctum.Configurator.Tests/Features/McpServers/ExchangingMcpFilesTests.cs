using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Tests.Support;

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
    [InlineData("{\"command\": \"npx\", \"url\": \"https://x.example\"}", "both a command and a url")]
    [InlineData("{\"url\": \"https://x.example\", \"type\": \"ws\"}", "type ws is not known")]
    [InlineData("{\"url\": \"https://x.example/${config:key}\"}", "${config:key}")]
    [InlineData("{\"command\": \"npx\", \"args\": [\"--in\", \"${workspaceFolder}\"]}", "${workspaceFolder}")]
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

    [Fact]
    public async Task Arguments_and_variables_are_taken_as_they_stand()
    {
        await using var world = await McpWorld.CreateAsync();
        const string Text =
            """{"mcpServers": {"one": {"command": "npx", "args": ["", " x ", "Authorization:${AUTH}", 1, true], "env": {"AUTH": "Bearer abc", "EMPTY": ""}}}}""";

        McpWorld.Done(await world.CallAsync((McpExchange exchange) => exchange.ImportAsync(new() { Text = Text }, McpWorld.Cancel)));

        var row = Assert.Single((await ListAsync(world)).Items);
        Assert.Equal(["", " x ", "Authorization:${AUTH}", "1", "true"], row.Arguments);
        Assert.Equal(["AUTH", "EMPTY"], row.VariableNames);
    }

    /// <summary>speakeasy-api/gram 2266, claude-ai-mcp 120: the file has "Bearer " and asks for what comes behind it.</summary>
    [Theory]
    [InlineData("the-key")]
    [InlineData("Bearer the-key")]
    public async Task A_key_is_put_where_its_placeholder_stands(string typed)
    {
        await using var server = await FakeMcpServer.StartAsync();
        server.Key = "the-key";
        await using var world = await McpWorld.CreateAsync();
        var form = new McpImportForm
        {
            Text = $$$$"""{"servers": {"hub": {"url": "{{{{server.Url}}}}", "headers": {"Authorization": "Bearer ${input:key}" } } } }""",
            Secrets = new() { ["hub/Authorization"] = typed },
        };

        McpWorld.Done(await world.CallAsync((McpExchange exchange) => exchange.ImportAsync(form, McpWorld.Cancel)));

        var report = await world.TestAsync(Assert.Single((await ListAsync(world)).Items).Id);
        Assert.Equal(McpVerdict.Connected, report.Verdict);
    }

    /// <summary>amazon-q-developer-cli 3646, oh-my-pi 3621: what another program fills in is asked for, and not sent as it stands.</summary>
    [Theory]
    [InlineData("$CONTEXT7_API_KEY", true)]
    [InlineData("Bearer $TOKEN", true)]
    [InlineData("${CONTEXT7_API_KEY:-}", true)]
    [InlineData("pa$$word", false)]
    [InlineData("$2y$10$abc", false)]
    public async Task A_header_that_another_program_fills_in_is_asked_for(string value, bool isAsked)
    {
        await using var world = await McpWorld.CreateAsync();
        var text = $$$"""{"mcpServers": {"hub": {"url": "https://hub.example/mcp", "headers": {"X-Key": "{{{value}}}"} } } }""";

        var preview = McpWorld.Done(
            await world.CallAsync((McpExchange exchange) => exchange.PreviewAsync(new() { Text = text }, McpWorld.Cancel))
        );

        Assert.Equal(isAsked ? ["hub/X-Key"] : Array.Empty<string>(), preview.Servers[0].Missing);
    }

    [Theory]
    [InlineData("\"disabled\": true", false)]
    [InlineData("\"enabled\": false", false)]
    [InlineData("\"disabled\": false", true)]
    public async Task A_server_that_a_file_has_switched_off_stays_so(string member, bool isEnabled)
    {
        await using var world = await McpWorld.CreateAsync();
        var text = $$"""{"mcpServers": {"off": {"url": "https://off.example/mcp", {{member}} } } }""";

        var done = McpWorld.Done(
            await world.CallAsync((McpExchange exchange) => exchange.ImportAsync(new() { Text = text }, McpWorld.Cancel))
        );

        Assert.Equal(isEnabled, Assert.Single((await ListAsync(world)).Items).IsEnabled);
        Assert.Equal(isEnabled ? 0 : 1, done.Servers[0].Notes.Count);
    }

    [Fact]
    public async Task Keys_in_arguments_and_addresses_do_not_go_out()
    {
        await using var world = await McpWorld.CreateAsync();
        const string Text = """
            {"mcpServers": {
              "one": {"command": "npx", "args": ["-y", "server", "--token", "canary-1", "--api-key=canary-2", "--header", "Authorization: Bearer sk-live-canary3canary3", "--port", "80"]},
              "two": {"url": "https://two.example/mcp?tavilyApiKey=canary-4&page=2"},
              "three": {"url": "https://three.example/sk-live-canary5canary5/mcp"}}}
            """;
        McpWorld.Done(await world.CallAsync((McpExchange exchange) => exchange.ImportAsync(new() { Text = Text }, McpWorld.Cancel)));

        foreach (var format in new[] { "vscode", "claude" })
        {
            var file = (await world.CallAsync((McpExchange exchange) => exchange.ExportAsync(format, McpWorld.Cancel))).ToJsonString();

            Assert.DoesNotContain("canary", file, StringComparison.Ordinal);
            Assert.Contains("page=2", System.Text.RegularExpressions.Regex.Unescape(file), StringComparison.Ordinal);
            Assert.Contains("\"80\"", file, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_means_nothing_here_is_named()
    {
        await using var world = await McpWorld.CreateAsync();
        const string Text =
            """{"mcpServers": {"one": {"command": "npx", "cwd": "/srv", "envFile": ".env"}, "two": {"url": "https://two.example", "oauth": {}}}}""";

        var preview = McpWorld.Done(
            await world.CallAsync((McpExchange exchange) => exchange.PreviewAsync(new() { Text = Text }, McpWorld.Cancel))
        );

        Assert.Contains("cwd, envFile", Assert.Single(preview.Servers[0].Notes), StringComparison.Ordinal);
        Assert.Contains("oauth", Assert.Single(preview.Servers[1].Notes), StringComparison.Ordinal);
    }

    private static Task<PageOf<McpServerRow>> ListAsync(McpWorld world) =>
        world.CallAsync((McpServerReader reader) => reader.PageAsync(new(0, 50), McpWorld.Cancel));
}

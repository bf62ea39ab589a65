using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>What people reported of other servers that give an API to agents, tried here.</summary>
public sealed partial class TroublesOfOtherAgentsTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    /// <summary>What some clients or models refuse, with all other tools of the server: notion-mcp-server 341, claude-code 88049.</summary>
    private static readonly string[] Refused = ["$ref", "anyOf", "oneOf", "allOf", "not", "if", "pattern", "$defs"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_schema_has_what_clients_refuse()
    {
        foreach (var tool in await EveryToolAsync())
        {
            var schema = JsonNode.Parse(tool.InputSchema.GetRawText())!;
            Assert.Equal("object", schema["type"]!.ToString());
            Assert.Empty(NodesIn(schema).SelectMany(node => node.Select(member => member.Key)).Intersect(Refused));
            Assert.DoesNotContain(NodesIn(schema), node => node["type"] is JsonArray);
            Assert.Null(tool.OutputSchema); // Whoever says one has to keep it: mcpx 28.
        }
    }

    [Fact]
    public async Task Names_are_short_and_plain_also_with_what_clients_put_before_them()
    {
        // vscode 243602, copilot-cli 1879: 64 letters in all, no dots.
        var tools = await EveryToolAsync();

        Assert.All(tools, tool => Assert.Matches(PlainName(), $"mcp__sanctum__{tool.Name}"));
        Assert.Equal(tools.Count, tools.Select(tool => tool.Name).Distinct().Count());
        Assert.All(tools, tool => Assert.False(string.IsNullOrWhiteSpace(tool.Description)));
    }

    [Fact]
    public async Task The_list_of_tools_leaves_room_to_think()
    {
        // mcphub 1082: 805 tools of 828 kB. Here it is a handful; whoever wants more names the areas.
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);
        Assert.True(JsonSerializer.Serialize(await agent.ToolsAsync()).Length < 8_000);

        var areas = (await agent.AskAsync("find_operations"))["areas"]!.AsObject();
        await using var greedy = await Agent.ConnectAsync(
            console.Address,
            await WritingKeyAsync(),
            $"/mcp?areas={string.Join(',', areas.Select(area => area.Key))}"
        );
        var said = await Assert.ThrowsAsync<ModelContextProtocol.McpProtocolException>(greedy.ToolsAsync);
        Assert.Contains("Name fewer areas", said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_found_keeps_to_the_limit_of_all_answers()
    {
        // mcpproxy-go 984: the search itself answered 55,000 letters.
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        foreach (var query in new[] { "", "list", "get agents tools logs jobs backups settings history", "a" })
        {
            Assert.True((await agent.AskAsync("find_operations", new { query })).ToJsonString().Length < 20_000, query);
        }
    }

    [Fact]
    public async Task A_huge_answer_is_cut_and_says_so()
    {
        // modelcontextprotocol 2210.
        using var program = console.WithKey(ConsoleServer.FirstKey);
        for (var part = 0; part < 4; part++)
        {
            await program.SendAsync(
                HttpMethod.Post,
                "/api/logs",
                Enumerable
                    .Range(0, 50)
                    .Select(at => new
                    {
                        level = "ERROR",
                        source = "agent",
                        message = $"{part}-{at} {new string('x', 3_000)}",
                    })
            );
        }

        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);
        var answer = await agent.AskAsync(
            "read_operation",
            new { operation = "logs_list", arguments = new { q = "source:agent", limit = 200 } }
        );

        Assert.True(answer.ToJsonString().Length <= 41_000, $"{answer.ToJsonString().Length}");
        Assert.Contains("ask for fewer rows", answer["shortened"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(200, (int)answer["rows_left_out"]! + answer["body"]!["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_session_of_before_a_restart_is_no_trouble()
    {
        // python-sdk 3556, claude-code 55970: clients keep a session that no server knows, and never come back.
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(console.Address, "/mcp"));
        request.Headers.Add("Authorization", $"Bearer {ConsoleServer.FirstKey}");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("Mcp-Session-Id", "of-yesterday");
        request.Headers.Add("MCP-Protocol-Version", "2025-06-18");
        request.Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Encoding.UTF8, "application/json");

        using var answer = await http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("find_operations", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/.well-known/oauth-protected-resource")]
    [InlineData("/.well-known/oauth-protected-resource/mcp")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task Who_looks_for_another_way_to_sign_in_finds_none(string path)
    {
        // zernio-python 22, exa-mcp-server 391: a page or a redirect here, and clients begin a sign-in that leads nowhere.
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        using var answer = await http.GetAsync(new Uri(console.Address, path), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("<", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_with_a_slash_is_the_same_and_keeps_the_key()
    {
        // A redirect from one to the other loses the header with the key.
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey, "/mcp/");

        Assert.NotEmpty(await agent.ToolsAsync());
    }

    [Fact]
    public async Task Objects_that_come_as_texts_are_read()
    {
        // template-agent 249: some models write what is nested as a text.
        await using var agent = await Agent.ConnectAsync(console.Address, await WritingKeyAsync());

        var answer = await agent.AskAsync(
            "change_operation",
            new
            {
                operation = "settings_update",
                arguments = """{"body": "{\"flask_port\": \"8123\"}", "version": null}""",
                dry_run = "true",
            }
        );

        Assert.Equal("8123", answer["body"]!["changes"]![0]!["changes"]![0]!["to"]!.ToString());
    }

    [Fact]
    public async Task Numbers_and_booleans_that_come_as_texts_are_read()
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        var answer = await agent.AskAsync("read_operation", new { operation = "runs_list", arguments = new { take = "5" } });

        Assert.Equal(200, (int)answer["status"]!);
    }

    [Fact]
    public async Task Many_calls_at_once_are_all_answered()
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => agent.AskAsync("read_operation", new { operation = "overview_get" }))
        );

        Assert.All(answers, answer => Assert.Equal(200, (int)answer["status"]!));
    }

    private static IEnumerable<JsonObject> NodesIn(JsonNode? node) =>
        node switch
        {
            JsonObject all => all.SelectMany(member => NodesIn(member.Value)).Prepend(all),
            JsonArray list => list.SelectMany(NodesIn),
            _ => [],
        };

    private async Task<List<ModelContextProtocol.Protocol.Tool>> EveryToolAsync()
    {
        var key = await WritingKeyAsync();
        List<ModelContextProtocol.Protocol.Tool> tools = [];
        await using var agent = await Agent.ConnectAsync(console.Address, key);
        tools.AddRange(await agent.ToolsAsync());
        var few = tools.Count;
        foreach (var (area, _) in (await agent.AskAsync("find_operations"))["areas"]!.AsObject())
        {
            await using var one = await Agent.ConnectAsync(console.Address, key, $"/mcp?areas={area}");
            tools.AddRange((await one.ToolsAsync()).Skip(few));
        }

        Assert.True(tools.Count > 100);
        return tools;
    }

    private async Task<string> WritingKeyAsync()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        using var made = await root.SendAsync(
            HttpMethod.Post,
            "/api/api-keys",
            new
            {
                name = "a bold agent",
                scopes = Permissions.All,
                mcp_writes = "allowed",
            }
        );
        return JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!["key"]!.ToString();
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex PlainName();
}

using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers.Client;

/// <summary>What people reported of other products' MCP clients, each as an input for this one.</summary>
public sealed class PublicReportsTests
{
    /// <summary>sbroenne/mcp-server-excel 636, thedotmack/claude-mem 396, hustcc/mcp-mermaid 25, leonardsellem/n8n-mcp-server 65.</summary>
    [Theory]
    [InlineData("info: Microsoft.Hosting.Lifetime[14]")]
    [InlineData("[2025-12-19 13:42:17.326] [INFO ] [SYSTEM] search server started")]
    [InlineData("STDIO MCP Server started")]
    [InlineData("}")]
    public async Task Lines_of_a_log_among_the_messages_are_told_and_passed_over(string line)
    {
        using var server = new StdioServer($"echo '{line}'");
        await using var calls = new McpCalls([server.Program]);

        var report = await calls.TestAsync(McpCalls.Of(server.Program));

        Assert.Equal((McpVerdict.Connected, true), (report.Verdict, report.HasWarning));
        Assert.Contains(line, report.Steps[^1].Detail, StringComparison.Ordinal);
    }

    /// <summary>yjacquin/fast-mcp 160.</summary>
    [Fact]
    public async Task A_message_refused_by_405_in_words_of_the_protocol_leads_on_to_events_with_retry_and_comments()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeSmcp.StartAsync();
        server.Preface = ": SSE connection established\n\nretry: 100\n\n: keep-alive 1\n\n";
        server.Posted = context =>
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return context.Response.WriteAsJsonAsync(
                JsonNode.Parse("""{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not allowed"},"id":null}""")
            );
        };

        Assert.Equal(McpVerdict.Connected, (await calls.TestAsync(McpCalls.At(server.Url))).Verdict);
    }

    /// <summary>keboola/mcp-server 295: the message is taken, and answered by a stream that says nothing of it.</summary>
    [Fact]
    public async Task A_server_of_events_that_takes_messages_at_the_same_address_is_not_waited_for()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeSmcp.StartAsync();
        server.TakePosts();

        var report = await calls.TestAsync(McpCalls.At(server.Url), TimeSpan.FromSeconds(10));

        Assert.Equal((McpVerdict.Connected, "sse"), (report.Verdict, report.Transport));
    }

    /// <summary>QwenLM/qwen-code 8784, kirodotdev/Kiro 9553.</summary>
    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(400)]
    public async Task A_server_that_has_no_stream_of_its_own_works_all_the_same(int status)
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync(isOld: true);
        server.Instead = context =>
        {
            context.Response.StatusCode = context.Request.Method == "GET" ? status : 200;
            return Task.FromResult(context.Request.Method == "GET");
        };
        await using var connection = await calls.ConnectAsync(McpCalls.At(server.Url));

        Assert.Single((await connection.ListToolsAsync(McpCalls.Cancel)).Tools);
        Assert.NotEmpty((await connection.CallAsync("echo", new JsonObject { ["message"] = "x" }, null, McpCalls.Cancel)).Content);
    }

    /// <summary>open-webui 29879, LibreChat 13840, openai/codex 28858: 44 tools on pages of 20.</summary>
    [Fact]
    public async Task Every_page_of_tools_is_read()
    {
        await using var calls = new McpCalls();
        await using var server = await RawMcp.StartAsync((method, message) => method == "tools/list" ? Page(message) : RawMcp.Hello);

        Assert.Equal(44, (await calls.TestAsync(McpCalls.At(server.Url))).Tools);
    }

    /// <summary>mastra-ai/mastra 10550, openclaw/mcporter 57.</summary>
    [Fact]
    public async Task Who_is_asked_for_a_key_is_not_sent_on_to_another_transport()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync();
        server.Key = "good";

        var report = await calls.TestAsync(McpCalls.At(server.Url));

        Assert.Equal(McpVerdict.Unauthorized, report.Verdict);
        Assert.Single(report.Steps);
    }

    /// <summary>apache/doris-mcp-server 15, metatool-ai/metamcp 135: the server goes and comes back under an open session.</summary>
    [Fact]
    public async Task A_session_that_broke_is_opened_anew_at_the_next_call()
    {
        using var script = new StdioServer(call: "exit 7");
        await using var world = await McpWorld.CreateAsync(settings: new() { ["McpServers:Commands:0"] = script.Program });
        var saved = McpWorld.Done(
            await world.SaveAsync(
                new()
                {
                    Name = "Fragile",
                    Transport = McpTransport.Stdio,
                    Command = script.Program,
                }
            )
        );
        await world.TestAsync(saved.Id);
        McpWorld.Done(await world.DecideAsync(saved.Id, approve: await world.PinsAsync(saved.Id)));

        var first = await world.CallAsync((McpGateway gateway) => gateway.CallAsync("Fragile", "env", [], null, McpWorld.Cancel));
        var listed = await world.CallAsync((McpGateway gateway) => gateway.ListAsync("Fragile", null, McpWorld.Cancel));

        McpWorld.Refused(first);
        Assert.Single(McpWorld.Done(listed).Tools);
    }

    /// <summary>CVE-2025-54136: what was approved was bound to a name, and another command put behind it.</summary>
    [Fact]
    public async Task Another_server_behind_the_same_name_is_approved_by_nobody()
    {
        await using var one = await FakeMcpServer.StartAsync();
        await using var other = await FakeMcpServer.StartAsync();
        await using var world = await McpWorld.CreateAsync();
        var saved = await world.AddApprovedAsync("Fake", one.Url);
        var form = McpServerForm.Of((await world.CallAsync((McpServerReader reader) => reader.FindAsync(saved.Id, McpWorld.Cancel)))!);

        form.Url = other.Url.AbsoluteUri;
        McpWorld.Done(await world.SaveAsync(form));
        await world.TestAsync(saved.Id);

        Assert.All(await world.PinsAsync(saved.Id), pin => Assert.Equal(McpToolState.Held, pin.State));
        Assert.Contains(
            "held",
            McpWorld.Refused(await world.CallAsync((McpGateway gateway) => gateway.CallAsync("Fake", "echo", [], null, McpWorld.Cancel))),
            StringComparison.Ordinal
        );
    }

    private static string Page(JsonObject message)
    {
        var from = int.TryParse($"{message["params"]?["cursor"]}", CultureInfo.InvariantCulture, out var cursor) ? cursor : 0;
        var tools = Enumerable
            .Range(from, Math.Min(20, 44 - from))
            .Select(number => $$$"""{"name":"tool_{{{number}}}","inputSchema":{"type":"object"}}""");
        return $$"""{"tools":[{{string.Join(',', tools)}}]{{(from + 20 < 44 ? $",\"nextCursor\":\"{from + 20}\"" : "")}} }""";
    }
}

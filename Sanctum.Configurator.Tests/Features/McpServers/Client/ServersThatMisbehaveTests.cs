using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers.Client;

/// <summary>What servers do that no client is ready for, as people reported it: one part of an answer never costs the rest, nor a secret.</summary>
public sealed class ServersThatMisbehaveTests
{
    private const string Key = "sk-live-0123456789abcdef";
    private const string Good = """{"name":"good","inputSchema":{"type":"object"}}""";

    /// <summary>zereight/gitlab-mcp 286, anthropics/claude-code 88049, FlowiseAI/Flowise 4749, sandialabs/atlas-ui-3 727.</summary>
    [Theory]
    [InlineData("""{"name":"bad","inputSchema":{}}""", "bad")]
    [InlineData("""{"name":"bad","inputSchema":{"anyOf":[{"type":"object"}]}}""", "bad")]
    [InlineData("""{"name":"bad","inputSchema":{"type":"string"}}""", "bad")]
    [InlineData("""{"name":"bad","inputSchema":true}""", "bad")]
    [InlineData("""{"name":"bad"}""", "bad")]
    [InlineData("""{"name":"bad","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":"yes"}}""", "bad")]
    [InlineData("""{"inputSchema":{"type":"object"}}""", "no name")]
    [InlineData("""{"name":7,"inputSchema":{"type":"object"}}""", "no name")]
    [InlineData("null", "no name")]
    [InlineData(Good, "twice")]
    public async Task A_tool_that_nobody_can_read_is_named_and_keeps_the_others_not_back(string bad, string said)
    {
        await using var calls = new McpCalls();
        await using var server = await RawMcp.StartAsync(
            (method, _) => method == "tools/list" ? $$"""{"tools":[{{Good}},{{bad}}]}""" : RawMcp.Hello
        );

        var report = await calls.TestAsync(McpCalls.At(server.Url));

        Assert.Equal((McpVerdict.Connected, 1, true), (report.Verdict, report.Tools, report.HasWarning));
        Assert.Contains(said, report.Steps[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_a_refusal_repeats_is_hidden()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync();
        server.Instead = async context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsync($"bad token {context.Request.Headers.Authorization}, {context.Request.Headers["X-Api-Key"]}");
            return true;
        };

        var report = await calls.TestAsync(
            McpCalls.At(server.Url, Key) with
            {
                Headers = new Dictionary<string, string> { ["X-Api-Key"] = "another-secret" },
            }
        );

        Assert.Contains("bad token", report.Steps[0].Detail, StringComparison.Ordinal);
        AssertHidden(System.Text.Json.JsonSerializer.Serialize(report));
    }

    [Theory]
    [InlineData("text/plain; charset=utf-16", "utf-16")]
    [InlineData("text/plain; charset=none-that-is-known", "utf-8")]
    public async Task A_refusal_in_another_charset_is_read_and_its_key_hidden(string kind, string encoding)
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync();
        server.Instead = async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (StatusCodes.Status401Unauthorized, kind);
            await context.Response.Body.WriteAsync(System.Text.Encoding.GetEncoding(encoding).GetBytes($"bad token {Key}"));
            return true;
        };

        var report = await calls.TestAsync(McpCalls.At(server.Url, Key));

        Assert.Equal(McpVerdict.Unauthorized, report.Verdict);
        Assert.Contains("bad token ••••", report.Steps[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirection_with_the_key_in_it_does_not_show_it()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync();
        server.Instead = context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = $"/log-in?key={Key}";
            return Task.FromResult(true);
        };

        var report = await calls.TestAsync(McpCalls.At(server.Url, Key));

        Assert.Equal(McpVerdict.Redirect, report.Verdict);
        AssertHidden(System.Text.Json.JsonSerializer.Serialize(report));
    }

    [Theory]
    [InlineData("""{"content":[{"type":"text","text":"KEY"}]}""")]
    [InlineData("""{"content":[],"structuredContent":{"deep":[{"key":"KEY"}]}}""")]
    [InlineData("""{"content":[{"type":"text","text":"failed with KEY"}],"isError":true}""")]
    public async Task A_key_that_an_answer_repeats_is_hidden(string answer)
    {
        await using var calls = new McpCalls();
        await using var server = await RawMcp.StartAsync(
            (method, _) => method == "tools/call" ? answer.Replace("KEY", $"Bearer {Key}", StringComparison.Ordinal) : RawMcp.Hello
        );
        await using var connection = await calls.ConnectAsync(McpCalls.At(server.Url, Key));

        var result = await connection.CallAsync("good", [], null, McpCalls.Cancel);

        var text = System.Text.Json.JsonSerializer.Serialize(result);
        AssertHidden(text);
        Assert.Contains("Bearer", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_a_program_repeats_is_hidden_where_it_is_a_secret()
    {
        using var server = new StdioServer(before: "echo \"no access with $API_TOKEN in $PLACE\" >&2; exit 3");
        await using var calls = new McpCalls([server.Program]);
        var environment = new Dictionary<string, string> { ["API_TOKEN"] = Key, ["PLACE"] = "/srv/files" };

        var report = await calls.TestAsync(McpCalls.Of(server.Program, environment));

        AssertHidden($"{report.Message} {string.Join(' ', report.Steps.Select(step => step.Detail))}");
        Assert.Contains("/srv/files", report.Message, StringComparison.Ordinal);
    }

    /// <summary>danny-avila/LibreChat 11868, positron 16145, metamcp 166, mcphub 196 (400), lmstudio 755.</summary>
    [Theory]
    [InlineData(404, """{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}""")]
    [InlineData(404, "")]
    [InlineData(400, """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request: Session not found"},"id":"server-error"}""")]
    public async Task A_session_that_the_server_forgot_is_opened_anew_for_the_same_call(int status, string body)
    {
        await using var world = await McpWorld.CreateAsync();
        await using var server = await FakeMcpServer.StartAsync(isOld: true);
        await world.AddApprovedAsync("Fake", server.Url);
        Task<Configurator.Platform.Outcome<ModelContextProtocol.Protocol.CallToolResult>> CallAsync() =>
            world.CallAsync(
                (McpGateway gateway) =>
                    gateway.CallAsync("Fake", "echo", new() { ["message"] = "again" }, world.Administrator.Id, McpWorld.Cancel)
            );
        McpWorld.Done(await CallAsync());
        var forgotten = server.LastHeaders["Mcp-Session-Id"];
        server.Instead = async context =>
        {
            if (context.Request.Headers["Mcp-Session-Id"] != forgotten)
            {
                return false;
            }

            (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");
            await context.Response.WriteAsync(body);
            return true;
        };

        var again = McpWorld.Done(await CallAsync());

        Assert.NotEqual(true, again.IsError);
        Assert.Equal(2, server.Calls);
    }

    [Fact]
    public async Task What_changed_while_the_server_was_away_is_not_called()
    {
        await using var world = await McpWorld.CreateAsync();
        await using var server = await FakeMcpServer.StartAsync(isOld: true);
        await world.AddApprovedAsync("Fake", server.Url);
        Task<Configurator.Platform.Outcome<ModelContextProtocol.Protocol.CallToolResult>> CallAsync() =>
            world.CallAsync((McpGateway gateway) => gateway.CallAsync("Fake", "echo", [], null, McpWorld.Cancel));
        McpWorld.Done(await CallAsync());
        var forgotten = server.LastHeaders["Mcp-Session-Id"];
        server.Add("echo", "Sends it away.");
        server.Instead = context =>
        {
            var isForgotten = context.Request.Headers["Mcp-Session-Id"] == forgotten;
            context.Response.StatusCode = isForgotten ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            return Task.FromResult(isForgotten);
        };

        Assert.Contains("held", McpWorld.Refused(await CallAsync()), StringComparison.Ordinal);
        Assert.Equal(1, server.Calls);
    }

    /// <summary>Answers that the library takes for what it promises: no content, no Base64, words where a list belongs.</summary>
    [Theory]
    [InlineData("""{"content":null}""", true)]
    [InlineData("""{"content":[{"type":"image","data":"not base64!!","mimeType":"image/png"}]}""", true)]
    [InlineData("""{"content":"just text"}""", false)]
    [InlineData("""{"content":[{"type":"widget"}]}""", false)]
    public async Task An_answer_that_is_not_of_the_protocol_is_shown_or_told_in_words(string answer, bool isShown)
    {
        await using var world = await McpWorld.CreateAsync();
        await using var server = await RawMcp.StartAsync(
            (method, _) =>
                method switch
                {
                    "tools/list" => $$"""{"tools":[{{Good}}]}""",
                    "tools/call" => answer,
                    _ => RawMcp.Hello,
                }
        );
        var saved = await world.AddApprovedAsync("Raw", server.Url);

        var outcome = await world.CallAsync((McpToolCalls tools) => tools.CallAsync(saved.Id, "good", [], McpWorld.Cancel));

        if (isShown)
        {
            Assert.True(McpWorld.Done(outcome).Ok);
            return;
        }

        var said = McpWorld.Refused(outcome);
        Assert.Contains("$.content", said, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", said, StringComparison.Ordinal);
    }

    private static void AssertHidden(string text)
    {
        Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
        Assert.DoesNotContain("another-secret", text, StringComparison.Ordinal);
    }
}

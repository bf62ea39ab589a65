using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers.Client;

/// <summary>Servers of both eras are spoken to over each transport, and every attempt is told with its own answer.</summary>
public sealed class ComingToAnUnderstandingTests
{
    [Fact]
    public async Task A_server_of_the_newer_era_is_discovered()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync();

        var report = await calls.TestAsync(McpCalls.At(server.Url));

        Assert.Equal((McpVerdict.Connected, "2026-07-28", "2026-07-28"), (report.Verdict, report.Era, report.ProtocolVersion));
        Assert.Equal(("streamable_http", "fake", "1.2.3", 1), (report.Transport, report.ServerName, report.ServerVersion, report.Tools));
        Assert.Equal(["POST server/discover (Streamable HTTP)", "Tools"], report.Steps.Select(step => step.Name));
    }

    [Fact]
    public async Task A_server_of_the_older_era_gets_a_session()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync(isOld: true);

        var report = await calls.TestAsync(McpCalls.At(server.Url));

        Assert.Equal((McpVerdict.Connected, "initialize"), (report.Verdict, report.Era));
        Assert.Equal(
            ["POST server/discover (Streamable HTTP)", "POST initialize (Streamable HTTP)", "Tools"],
            report.Steps.Select(step => step.Name)
        );
        Assert.False(report.Steps[0].Ok);
        Assert.True(report.Steps[1].Ok);
    }

    [Theory]
    [InlineData(McpTransport.Auto)]
    [InlineData(McpTransport.Sse)]
    public async Task Sanctums_own_server_is_spoken_to_over_events(McpTransport transport)
    {
        await using var calls = new McpCalls();
        await using var server = await FakeSmcp.StartAsync();

        var report = await calls.TestAsync(McpCalls.At(server.Url, transport: transport));

        Assert.Equal((McpVerdict.Connected, "initialize", "sse"), (report.Verdict, report.Era, report.Transport));
        Assert.Equal("2024-11-05", report.ProtocolVersion);
        Assert.Contains(report.Steps, step => step is { Name: "GET (SSE)", Ok: true });
        Assert.DoesNotContain("server/discover", server.Methods);
    }

    [Fact]
    public async Task A_tool_of_Sanctums_server_is_called()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeSmcp.StartAsync();
        await using var connection = await calls.ConnectAsync(McpCalls.At(server.Url));

        var answer = await connection.CallAsync("broca__queue_list", [], null, McpCalls.Cancel);

        Assert.Equal("called broca__queue_list", Assert.IsType<TextContentBlock>(Assert.Single(answer.Content)).Text);
    }

    /// <summary>Frameworks answer a method that they don't know, without a session, by whatever comes to their mind.</summary>
    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(415)]
    [InlineData(422)]
    [InlineData(500)]
    [InlineData(501)]
    public async Task However_the_newer_question_is_refused_the_older_one_is_asked(int status)
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync(isOld: true);
        server.Instead = async context =>
        {
            if (context.Request.Headers["Mcp-Method"] != "server/discover")
            {
                return false;
            }

            context.Response.StatusCode = status;
            await context.Response.Body.FlushAsync(context.RequestAborted);
            return true;
        };

        var report = await calls.TestAsync(McpCalls.At(server.Url));

        Assert.Equal((McpVerdict.Connected, "initialize"), (report.Verdict, report.Era));
        Assert.StartsWith($"{status} ", report.Steps[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hides_its_tools_behind_a_key_gets_it_as_it_is_given()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync();
        server.Key = "good";

        var with = await calls.TestAsync(
            McpCalls.At(server.Url, "good") with
            {
                Headers = new Dictionary<string, string> { ["X-Tenant"] = "one two" },
            }
        );
        var without = await calls.TestAsync(McpCalls.At(server.Url));

        Assert.Equal(McpVerdict.Connected, with.Verdict);
        Assert.Equal(McpVerdict.Unauthorized, without.Verdict);
        Assert.DoesNotContain(without.Steps, step => step.Name.Contains("SSE", StringComparison.Ordinal));
        Assert.DoesNotContain("good", string.Concat(with.Steps.Select(step => step.Detail)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_gives_the_same_page_for_ever_is_cut()
    {
        await using var calls = new McpCalls();
        await using var server = await RawMcp.StartAsync(
            (method, _) =>
                method == "tools/list"
                    ? """{"tools":[{"name":"again","inputSchema":{"type":"object"}}],"nextCursor":"same"}"""
                    : RawMcp.Hello
        );

        var report = await calls.TestAsync(McpCalls.At(server.Url));

        Assert.Equal(McpVerdict.Connected, report.Verdict);
        Assert.True(report.HasWarning);
        Assert.Contains("for ever", report.Steps[^1].Detail, StringComparison.Ordinal);
        Assert.Equal(1, report.Tools);
    }
}

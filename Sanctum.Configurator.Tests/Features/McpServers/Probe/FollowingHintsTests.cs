using Microsoft.AspNetCore.Http;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers.Probe;

/// <summary>What a test advises is done once, by machine: then the server works.</summary>
public sealed class FollowingHintsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("mcp")]
    [InlineData("smcp/sse")]
    public async Task The_address_that_was_nearly_right_is_found(string path)
    {
        await using var calls = new McpCalls();
        await using var server = await FakeSmcp.StartAsync();

        var report = await calls.TestAsync(McpCalls.At(new(server.Root, path)));

        Assert.Equal(McpVerdict.NotFound, report.Verdict);
        Assert.Equal(server.Url.AbsoluteUri, report.SuggestedUrl);
        Assert.Contains($"{server.Url}", report.Hint, StringComparison.Ordinal);
        Assert.Equal(McpVerdict.Connected, (await calls.TestAsync(McpCalls.At(new(report.SuggestedUrl!)))).Verdict);
    }

    [Fact]
    public async Task A_page_in_the_servers_place_leads_to_the_server()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync();
        server.Instead = async context =>
        {
            if (context.Request.Path != "/")
            {
                return false;
            }

            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html>Welcome</html>");
            return true;
        };

        var report = await calls.TestAsync(McpCalls.At(new(server.Url, "/")));

        Assert.Equal((McpVerdict.NotMcp, server.Url.AbsoluteUri), (report.Verdict, report.SuggestedUrl));
    }

    [Fact]
    public async Task A_redirection_is_told_and_its_end_works()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeMcpServer.StartAsync();
        server.Key = "good";
        server.Instead = context =>
        {
            if (context.Request.Path != "/old")
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            context.Response.Headers.Location = "/mcp";
            return Task.FromResult(true);
        };

        var report = await calls.TestAsync(McpCalls.At(new(server.Url, "/old"), "good"));

        Assert.Equal((McpVerdict.Redirect, server.Url.AbsoluteUri), (report.Verdict, report.SuggestedUrl));
        Assert.Equal(McpVerdict.Connected, (await calls.TestAsync(McpCalls.At(new(report.SuggestedUrl!), "good"))).Verdict);
    }

    [Fact]
    public async Task A_server_that_wants_a_key_takes_it()
    {
        await using var calls = new McpCalls();
        await using var server = await FakeSmcp.StartAsync();
        server.Key = "good";

        var without = await calls.TestAsync(McpCalls.At(server.Url));
        var wrong = await calls.TestAsync(McpCalls.At(server.Url, "bad"));

        Assert.Equal((McpVerdict.Unauthorized, McpVerdict.Unauthorized), (without.Verdict, wrong.Verdict));
        Assert.Contains("API key", without.Hint, StringComparison.Ordinal);
        Assert.Equal(McpVerdict.Connected, (await calls.TestAsync(McpCalls.At(server.Url, "good"))).Verdict);
    }

    [Fact]
    public async Task What_does_not_answer_at_all_is_told_apart()
    {
        await using var calls = new McpCalls();
        await using var silent = RawServer.Silent();
        await using var hanging = RawServer.HangingUp();
        await using var other = RawServer.Saying("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray());

        Assert.Equal(McpVerdict.Refused, (await calls.TestAsync(McpCalls.At(new("http://127.0.0.1:1/mcp")))).Verdict);
        Assert.Equal(
            McpVerdict.Timeout,
            (await calls.TestAsync(McpCalls.At(new($"http://127.0.0.1:{silent.Port}/mcp")), TimeSpan.FromSeconds(2))).Verdict
        );
        Assert.Equal(McpVerdict.Cut, (await calls.TestAsync(McpCalls.At(new($"http://127.0.0.1:{hanging.Port}/mcp")))).Verdict);
        Assert.Equal(McpVerdict.NotMcp, (await calls.TestAsync(McpCalls.At(new($"http://127.0.0.1:{other.Port}/mcp")))).Verdict);
        Assert.Equal(McpVerdict.Blocked, (await calls.TestAsync(McpCalls.At(new("http://169.254.169.254/mcp")))).Verdict);
    }
}

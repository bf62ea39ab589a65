using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

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
    public async Task The_guide_the_Overview_and_the_last_failures_are_resources()
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        var resources = await agent.Client.ListResourcesAsync(cancellationToken: Cancel);

        Assert.Contains("sanctum://guide/backups", resources.Select(resource => resource.Uri));
        Assert.StartsWith("# ", await ReadAsync("sanctum://guide/backups"), StringComparison.Ordinal);
        Assert.Contains("attention", await ReadAsync("sanctum://overview"), StringComparison.Ordinal);
        Assert.Contains("job_runs", await ReadAsync("sanctum://failures"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ModelContextProtocol.McpProtocolException>(() => ReadAsync("sanctum://guide/../appsettings"));
        var listed = Agent.TextOf(await agent.CallAsync("read_guide"));
        Assert.Contains("backups: ", listed, StringComparison.Ordinal);
        Assert.StartsWith("# ", Agent.TextOf(await agent.CallAsync("read_guide", new { page = "backups" })), StringComparison.Ordinal);

        async Task<string> ReadAsync(string uri) =>
            Assert
                .IsType<TextResourceContents>(
                    Assert.Single((await agent.Client.ReadResourceAsync(uri, cancellationToken: Cancel)).Contents)
                )
                .Text;
    }

    [Fact]
    public async Task What_failed_last_night_is_one_call()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        await program.SendAsync(
            HttpMethod.Post,
            "/api/logs",
            new
            {
                level = "ERROR",
                source = "plugin",
                message = "the lamp did not answer",
            }
        );
        await program.SendAsync(HttpMethod.Post, "/api/letta/test", new { letta_server_address = "http://127.0.0.1:1" });
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        var failures = await agent.AskAsync("last_failures");

        Assert.Contains("the lamp did not answer", failures["log_errors"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.All(["job_runs", "connection_tests", "backups", "notifications"], name => Assert.IsType<JsonArray>(failures[name]));
        var before = await agent.AskAsync("last_failures", new { from = "2020-01-01T00:00:00Z", to = "2020-01-02T00:00:00Z" });
        Assert.Empty(before["log_errors"]!.AsArray());
        var zoned = await agent.AskAsync("last_failures", new { from = "2020-01-01T02:00:00+02:00", to = "2020-01-02 00:00-0100" });
        Assert.Equal(("2020-01-01T00:00:00Z", "2020-01-02T01:00:00Z"), ((string?)zoned["from"], (string?)zoned["to"]));
        Assert.Contains("can't be read", await agent.RefusedAsync("last_failures", new { from = "yesterday" }), StringComparison.Ordinal);
        Assert.Contains(
            "before to",
            await agent.RefusedAsync("last_failures", new { from = "2027-01-01", to = "2026-01-01" }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_question_of_each_morning_is_a_prompt()
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        var prompt = Assert.Single(await agent.Client.ListPromptsAsync(cancellationToken: Cancel));
        var said = await agent.Client.GetPromptAsync(prompt.Name, cancellationToken: Cancel);

        Assert.Equal("What failed last night?", prompt.Title);
        Assert.Contains(
            "last_failures",
            Assert.IsType<TextContentBlock>(Assert.Single(said.Messages).Content).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_operations_of_an_area_are_tools_where_the_address_says_so()
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey, "/mcp?areas=letta-server");

        var tools = (await agent.ToolsAsync()).Select(tool => tool.Name);

        Assert.Contains("letta_state_get", tools);
        Assert.DoesNotContain("letta_providers_delete", tools);
        Assert.Equal(200, (int)(await agent.AskAsync("letta_checks_list", new { take = 3 }))["status"]!);
        await using var other = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey, "/mcp?areas=nowhere");
        var said = await Assert.ThrowsAsync<ModelContextProtocol.McpProtocolException>(other.ToolsAsync);
        Assert.Contains("no area nowhere", said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_query_all_areas_are_listed()
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        var areas = (await agent.AskAsync("find_operations"))["areas"]!.AsObject();

        Assert.Contains("agents", areas.Select(area => area.Key));
        Assert.Contains("settings_get", areas["system-settings"]!.AsArray().Select(name => name!.ToString()));
        Assert.DoesNotContain("settings_update", areas["system-settings"]!.AsArray().Select(name => name!.ToString()));
    }
}

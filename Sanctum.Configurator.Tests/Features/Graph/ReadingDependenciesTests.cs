using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Graph;

public sealed class ReadingDependenciesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""["a", "b>=1.2", "c ^1", "d@2.x", "e (>=1)"]""", "a: b:>=1.2 c:^1 d:2.x e:>=1")]
    [InlineData("""{"a": "^1.0", "b": "*", "c": null}""", "a:^1.0 b:* c:")]
    [InlineData("""[{"name": "a", "version": ">=1"}, {"name": "b"}]""", "a:>=1 b:")]
    [InlineData("", "")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    public void They_are_read_however_they_are_written(string json, string expected)
    {
        var reading = PluginDependencies.Read(json);

        Assert.Equal(expected, string.Join(' ', reading.Items.Select(item => $"{item.Name}:{item.Range}")));
        Assert.Empty(reading.Problems);
    }

    [Theory]
    [InlineData("""["a", 7]""", "The entry 7 contains no plugin name.")]
    [InlineData("""[{"version": "1"}, "a"]""", """The entry {"version":"1"} contains no plugin name.""")]
    [InlineData("""{"a": "", "b": 1}""", "The version range of b must be a text.")]
    [InlineData("""["a", "A>=2"]""", "A appears twice.")]
    [InlineData("{\"a\"", "The dependencies are not valid JSON.")]
    [InlineData("""{"a": "1", "a": "2"}""", "The dependencies are not valid JSON.")]
    [InlineData("\"a\"", "The entry \"a\" contains no plugin name.")]
    public void A_bad_entry_is_named_and_the_others_are_read(string json, string problem)
    {
        var reading = PluginDependencies.Read(json);

        Assert.Equal(problem, Assert.Single(reading.Problems));
        Assert.All(reading.Items, item => Assert.Equal("a", item.Name));
    }

    [Fact]
    public void They_are_written_as_names_with_ranges()
    {
        Assert.Equal("""{"a":"^1","b":""}""", PluginDependencies.Write([new("a", "^1"), new("b", "")]));
        Assert.Null(PluginDependencies.Write([]));
    }

    [Theory]
    [InlineData(
        """{"kind": "mcp", "url": "http://ada:secret@LAMP.example.org:80/sse/?key=secret#top", "tool": "x"}""",
        "http://lamp.example.org/sse"
    )]
    [InlineData("""{"kind": "mcp", "url": "http://127.0.0.1:8000"}""", "http://127.0.0.1:8000")]
    [InlineData("""{"kind": "mcp", "url": "nowhere", "server_url": "https://one.example.org/mcp"}""", "https://one.example.org/mcp")]
    [InlineData("""{"kind": "mcp", "command": "npx", "args": ["-y", "lamp-server", "--token=secret"]}""", "npx lamp-server")]
    [InlineData("""{"kind": "mcp", "command": "lamp", "args": {}}""", "lamp")]
    [InlineData("""{"kind": "mcp", "url": 7, "command": ""}""", null)]
    [InlineData("[1]", null)]
    public void A_server_has_one_name_without_secrets(string config, string? expected) => Assert.Equal(expected, McpCallers.NameIn(config));

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task MCP_servers_are_needed_by_the_instances_that_call_them_and_by_tools_that_call_no_other(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database, services => services.AddDependencies());
        foreach (
            var sql in new[]
            {
                "INSERT INTO tools (name, category) VALUES ('Both', 'master'), ('One', 'master'), ('None', 'master')",
                """
                    INSERT INTO tool_instances (tool_id, name, config) VALUES
                    (1, 'a', '{"kind": "mcp", "url": "http://lamp.example.org/sse", "tool": "on"}'), (1, 'b', '{"kind": "mcp", "url": "http://door.example.org/sse", "tool": "open"}'),
                    (2, 'c', '{"kind": "mcp", "url": "http://LAMP.example.org/sse/", "tool": "off"}'),
                    (3, 'd', '{"kind": "http", "url": "http://lamp.example.org/sse"}'), (3, 'e', '[1]'), (3, 'f', NULL), (3, 'g', '{"kind": "mcp", "tool": "on"}')
                    """,
                "INSERT INTO scheduled_jobs (name, cron_expression, tool_instance_id) VALUES ('Dusk', '0 18 * * *', 3)",
            }
        )
        {
            await registry.OutsideAsync(sql);
        }

        await using var scope = registry.Services.CreateAsyncScope();
        var graph = await scope.ServiceProvider.GetRequiredService<DependencyReader>().ReadAsync(Cancel);

        Assert.Equal(
            ["http://door.example.org/sse", "http://lamp.example.org/sse"],
            graph.Nodes.Where(node => node.Kind == NodeKind.Mcp).Select(node => node.Name).Order(StringComparer.Ordinal)
        );
        var lamp = NodeId.Find("mcp:http://lamp.example.org/sse")!.Value;
        Assert.Equal(["a", "c", "One"], graph.UsersOf(lamp).Select(edge => graph.Find(edge.FromNode)!.Name));
        Assert.Equal(["Dusk", "One", "a", "c"], graph.AllUsersOf(lamp).Select(node => node.Name).Order(StringComparer.Ordinal));
        Assert.Empty(graph.Problems);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_saved_server_is_needed_by_its_name_and_by_its_address_and_a_private_one_by_nobody(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddDependencies().AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            }
        );
        var user = await registry.AddUserAsync("ada", UserRole.User);
        foreach (
            var sql in new[]
            {
                "INSERT INTO mcp_servers (name, url, enabled) VALUES ('Lamp', 'http://lamp.example.org/mcp/', true), ('Door', 'http://door.example.org/mcp', false)",
                $"INSERT INTO mcp_servers (name, url, user_id) VALUES ('Mine', 'http://mine.example.org/mcp', {user.Id})",
                "INSERT INTO tools (name, category) VALUES ('Home', 'master')",
                """
                    INSERT INTO tool_instances (tool_id, name, config) VALUES
                    (1, 'named', '{"kind": "mcp", "mcp_server": "Lamp", "tool": "on"}'), (1, 'addressed', '{"kind": "mcp", "url": "http://LAMP.example.org/mcp", "tool": "on"}'),
                    (1, 'closed', '{"kind": "mcp", "mcp_server": "Door", "tool": "open"}'), (1, 'lost', '{"kind": "mcp", "mcp_server": "Mine", "tool": "on"}')
                    """,
            }
        )
        {
            await registry.OutsideAsync(sql);
        }

        await using var scope = registry.Services.CreateAsyncScope();
        var graph = await scope.ServiceProvider.GetRequiredService<DependencyReader>().ReadAsync(Cancel);

        var (lamp, door) = (graph.Find(NodeId.Of(NodeKind.Mcp, 1))!, graph.Find(NodeId.Of(NodeKind.Mcp, 2))!);
        Assert.Equal(("Lamp", "/mcp-servers/1", "disabled"), (lamp.Name, lamp.PageUrl(), door.Lack()));
        Assert.Equal(["addressed", "named"], graph.UsersOf(lamp.Node).Select(edge => graph.Find(edge.FromNode)!.Name).Order());
        Assert.Equal(["Door", "Lamp", "Mine"], graph.Nodes.Where(node => node.Kind == NodeKind.Mcp).Select(node => node.Name).Order());
        Assert.False(graph.Nodes.Single(node => node.Name == "Mine").IsKnown);
        Assert.Contains("lost needs Mine, which is not in the registry.", graph.Problems.Select(problem => problem.Text));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_whole_installation_is_one_graph(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database, services => services.AddDependencies());
        foreach (
            var sql in new[]
            {
                """INSERT INTO plugins (name, version, dependencies) VALUES ('base', '1.4', NULL), ('search', '2.0.0', '["BASE>=1.2", "gone"]')""",
                """INSERT INTO agents (name, config) VALUES ('Athena', '{"model": "openai/gpt-4.1", "embedding": "openai/small"}'), ('Hermes', '{"model": "openai/gpt-4.1"}')""",
                "INSERT INTO tools (name, category) VALUES ('search__find', 'smcp'), ('Lamp', 'master')",
                "INSERT INTO tool_instances (tool_id, agent_id, name) VALUES (2, 1, 'Athena''s lamp')",
                "INSERT INTO scheduled_jobs (name, cron_expression, tool_instance_id) VALUES ('Dusk', '0 18 * * *', 1)",
                "INSERT INTO configurations (key, value, scope, scope_id) VALUES ('theme', 'dark', 'system', NULL), ('host', 'hall', 'instance', 1)",
                "INSERT INTO plugin_links (plugin_id, agent_id) VALUES (2, 1)",
                "INSERT INTO plugin_links (plugin_id, tool_id) VALUES (1, 2)",
            }
        )
        {
            await registry.OutsideAsync(sql);
        }

        await using var scope = registry.Services.CreateAsyncScope();
        var graph = await scope.ServiceProvider.GetRequiredService<DependencyReader>().ReadAsync(Cancel);

        Assert.Equal(
            [
                "Athena's lamp>Athena",
                "Athena's lamp>Lamp",
                "Athena>openai/gpt-4.1",
                "Athena>openai/small",
                "Athena>search",
                "Dusk>Athena's lamp",
                "Hermes>openai/gpt-4.1",
                "Lamp>base",
                "host>Athena's lamp",
                "search>base",
                "search>gone",
                "search__find>search",
            ],
            graph.Edges.Select(edge => $"{graph.Find(edge.FromNode)!.Name}>{graph.Find(edge.ToNode)!.Name}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(["search needs gone, which is not in the registry."], graph.Problems.Select(problem => problem.Text));
        Assert.Equal(
            ["Athena", "Athena's lamp", "Dusk", "Lamp", "host", "search", "search__find"],
            graph.AllUsersOf(NodeId.Of(NodeKind.Plugin, 1)).Select(node => node.Name).Order(StringComparer.Ordinal)
        );
        Assert.Contains(graph.Nodes, node => node is { Name: "theme", Kind: NodeKind.Configuration });
    }
}

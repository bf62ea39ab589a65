using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.History;
using Sanctum.Configurator.Tests.Features.Tools.Curl;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Templates;

/// <summary>A template asks for what is open, and what it makes works at once.</summary>
public sealed class ApplyingTemplatesTests
{
    private const string Token = "canary-41e9d7c2b83f6a05";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_shipped_tools_send_what_was_filled_in_and_their_secrets_are_encrypted(TestDatabase database)
    {
        await using var server = new EchoServer();
        await using var world = await HistoryWorld.CreateAsync(database);
        var agent = await world.AddAsync(new Agent { Name = "Athena" });

        await RunAsync(world, "http-health-check", new() { ["url"] = $"http://{server.Host}/up" });
        Assert.Equal(("GET", "/up"), (server.Take() is var asked ? asked!.Method : "", asked!.Target));
        await RunAsync(world, "webhook", new() { ["url"] = $"http://{server.Host}/{Token}", ["text"] = "say \"hi\"\n{{name}}" });
        var hooked = server.Take()!;
        Assert.Equal(($"/{Token}", "say \"hi\"\n{{name}}"), (hooked.Target, (string)JsonNode.Parse(hooked.Body)!["text"]!));
        await RunAsync(
            world,
            "message-agent",
            new()
            {
                ["server"] = $"http://{server.Host}",
                ["agent_id"] = "agent-1",
                ["token"] = Token,
                ["message"] = "Hello",
            },
            agent
        );
        var messaged = server.Take()!;
        Assert.Equal(("POST", "/v1/agents/agent-1/messages"), (messaged.Method, messaged.Target));
        Assert.Contains(("Authorization", $"Bearer {Token}"), messaged.Headers);

        foreach (var table in new[] { "tools", "tool_instances", "configurations", "change_history" })
        {
            var rows = await world.Registry.OutsideAsync(
                database == TestDatabase.Sqlite ? $"SELECT * FROM {table}" : $"SELECT string_agg(t::text, '|') FROM {table} t"
            );
            Assert.DoesNotContain(Token, rows, StringComparison.Ordinal);
        }

        await using var context = world.Registry.Open();
        Assert.Equal("athena", (await context.Tools.SingleAsync(t => t.Name == "Message an agent", Cancel)).Category);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_agent_is_declared_without_an_id_of_letta(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);

        var shown = Done(await ApplyAsync(world, "researcher", new() { ["field"] = "bees" }, isDryRun: true));
        Assert.Null(shown.Id);
        await using var context = world.Registry.Open();
        Assert.False(await context.Agents.AnyAsync(Cancel));
        var made = Done(await ApplyAsync(world, "researcher", new() { ["field"] = "bees", ["name"] = "Melissa" }));

        var agent = await context.Agents.SingleAsync(Cancel);
        Assert.Equal((made.Id!.Value, "Melissa", "Finds out about bees."), (agent.Id, agent.Name, agent.Description));
        Assert.Null(agent.LettaUid);
        var config = JsonNode.Parse(agent.Config!)!;
        Assert.Equal("Open questions about bees: none yet.", (string)config["blocks"]![1]!["value"]!);
        Assert.Null(config["name"]);
    }

    [Theory]
    [InlineData("url", "", "Fill in url.")]
    [InlineData("uri", "x", "The template has no variable uri.")]
    [InlineData("name", "300", "With these values, the name has 300 characters; the limit is 255.")]
    public async Task What_is_open_unknown_or_too_long_is_named_and_nothing_is_made(string name, string value, string reason)
    {
        await using var world = await HistoryWorld.CreateAsync();
        var values = new Dictionary<string, string?>
        {
            ["url"] = "http://127.0.0.1:9/",
            [name] = value == "300" ? new string('n', 300) : value,
        };

        var refused = Assert.IsType<Outcome<AppliedTemplate>.Invalid>(await ApplyAsync(world, "http-health-check", values));

        Assert.Equal(reason, refused.Reasons["Values"]);
        await using var context = world.Registry.Open();
        Assert.False(await context.Tools.AnyAsync(Cancel));
    }

    /// <summary>What the tool's page takes or refuses, a template takes or refuses too: the same rules are asked.</summary>
    [Fact]
    public async Task No_template_makes_what_the_tools_page_refuses()
    {
        string[] names = ["Lamp", " ", new string('n', 256)];
        string[] types = ["service", "plugin", "invented"];
        string?[] schemas =
        [
            null,
            """{"type": "object", "properties": {"port": {"type": "integer", "maximum": 10}}}""",
            """{"type": "no type"}""",
            """{"unevaluatedProperties": false}""",
        ];
        string?[] configs =
        [
            null,
            "{}",
            """{"port": 7}""",
            """{"port": "x"}""",
            """{"kind": "http", "method": "GET", "url": "http://a.example/", "headers": []}""",
            """{"kind": "http", "method": "G T", "url": "http://a.example/", "headers": []}""",
            """{"kind": "http", "method": "GET", "url": "http://a\u200b.example/", "headers": []}""",
            """{"kind": "http", "method": "GET", "url": "http://a.example/", "headers": [["A"]]}""",
            """{"kind": "command", "arguments": 1}""",
        ];
        await using var world = await HistoryWorld.CreateAsync();
        var differences = new List<string>();
        var all = from name in names from type in types from schema in schemas from config in configs select (name, type, schema, config);
        foreach (var (name, type, schema, config) in all.Where((_, at) => at % Thorough.Or(5, 1) == 0))
        {
            var part = new JsonObject
            {
                ["name"] = name,
                ["tool_type"] = type,
                ["config_schema"] = schema is null ? null : JsonNode.Parse(schema),
                ["config"] = config is null ? null : JsonNode.Parse(config),
            };
            foreach (var missing in part.Where(member => member.Value is null).Select(member => member.Key).ToList())
            {
                part.Remove(missing);
            }

            var template = Assert
                .IsType<Outcome<TemplateRow>.Ok>(
                    await world.CallAsync(
                        (TemplateService templates) =>
                            templates.CreateAsync(
                                new()
                                {
                                    Name = $"T{differences.Count}",
                                    Kind = "tool",
                                    Content = new() { ["variables"] = new JsonArray(), ["tool"] = part },
                                },
                                Cancel
                            )
                    )
                )
                .Value;
            var isApplied = await ApplyAsync(world, template.Id, [], isDryRun: true) is Outcome<AppliedTemplate>.Ok;
            if (isApplied != await IsTakenByPagesAsync(world, name, type, schema, config))
            {
                differences.Add($"{part.ToJsonString()}: the template is {(isApplied ? "applied" : "refused")}");
            }

            await world.CallAsync((TemplateService templates) => templates.DeleteAsync(template.Id, null, Cancel));
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static async Task<bool> IsTakenByPagesAsync(HistoryWorld world, string name, string type, string? schema, string? config)
    {
        var tool = await world.CallAsync(
            (ToolService tools) =>
                tools.SaveAsync(
                    new()
                    {
                        Name = name,
                        ToolType = type,
                        ConfigSchema = schema is null ? null : JsonNode.Parse(schema),
                    },
                    Cancel
                )
        );
        if (tool is not Outcome<ToolRow>.Ok { Value: var made })
        {
            return false;
        }

        var json = config is null ? null : (JsonObject)JsonNode.Parse(config)!;
        if (json?["kind"]?.ToString() == "http")
        {
            // A template names the secrets of a request by itself.
            json["secrets"] = new JsonArray();
        }

        return await world.CallAsync(
                (InstanceService instances) =>
                    instances.SaveAsync(
                        new()
                        {
                            ToolId = made.Id,
                            Name = name,
                            Config = json,
                        },
                        Cancel
                    )
            ) is Outcome<InstanceRow>.Ok;
    }

    [Fact]
    public async Task Who_may_not_write_may_not_apply_save_or_delete()
    {
        await using var world = await HistoryWorld.CreateAsync();
        var uma = await world.Registry.AddUserAsync("uma", UserRole.User);
        var agent = await world.AddAsync(new Agent { Name = "Athena" });

        Assert.IsType<Outcome<AppliedTemplate>.Invalid>(await ApplyAsync(world, "researcher", new() { ["field"] = "bees" }, who: uma));
        Assert.IsType<Outcome<TemplateRow>.Invalid>(
            await world.CallAsync((TemplateMaker maker) => maker.FromAgentAsync(agent, new(), Cancel), uma)
        );
        Assert.IsType<Outcome<TemplateRow>.Invalid>(
            await world.CallAsync((TemplateService templates) => templates.DeleteAsync("1", null, Cancel), uma)
        );
    }

    private static async Task RunAsync(HistoryWorld world, string template, Dictionary<string, string?> values, int? agent = null)
    {
        var made = Done(await ApplyAsync(world, template, values, agent: agent));
        var tool = await world.CallAsync((ToolReader tools) => tools.FindRowAsync(made.Id!.Value, Cancel));
        var run = await world.CallAsync((ToolRunner runner) => runner.RunAsync(tool!.InstanceId!.Value, null, _ => { }, Cancel));
        Assert.True(Assert.IsType<Outcome<RunResult>.Ok>(run).Value.IsOk);
    }

    private static Task<Outcome<AppliedTemplate>> ApplyAsync(
        HistoryWorld world,
        string template,
        Dictionary<string, string?> values,
        bool isDryRun = false,
        int? agent = null,
        User? who = null
    ) => world.CallAsync((TemplateApplication application) => application.ApplyAsync(template, new(values, agent), isDryRun, Cancel), who);

    private static AppliedTemplate Done(Outcome<AppliedTemplate> outcome) => Assert.IsType<Outcome<AppliedTemplate>.Ok>(outcome).Value;
}

using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Tests.Features.History;
using Sanctum.Configurator.Tests.Features.Tools.Curl;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Templates;

/// <summary>Templates are made of what is there, listed beside the shipped ones, and kept only where they can be applied.</summary>
public sealed class KeepingTemplatesTests
{
    private const string Token = "canary-08b6f3d1a7c942e5";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_template_of_a_tool_asks_for_its_secrets_and_makes_the_same_tool(TestDatabase database)
    {
        await using var server = new EchoServer();
        await using var world = await HistoryWorld.CreateAsync(database);
        var command = $$$"""curl http://{{{server.Host}}}/v1 -H 'Authorization: Bearer {{{Token}}}' -d 'see {{placeholder}}'""";
        var tool = Assert
            .IsType<Outcome<ToolRow>.Ok>(
                await world.CallAsync((CurlTools tools) => tools.CreateAsync(new() { Command = command, Name = "Notes" }, Cancel))
            )
            .Value;

        var saved = Saved(await world.CallAsync((TemplateMaker maker) => maker.FromToolAsync(tool.Id, new("Notes again"), Cancel)));
        var view = await world.CallAsync((TemplateService templates) => templates.FindAsync(saved.Id, Cancel));
        Assert.DoesNotContain(Token, view!.Content.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["name", "authorization", "placeholder"], saved.Variables.Select(variable => variable.Name));
        Assert.True(saved.Variables[1] is { Secret: true, Required: true });
        ApplyForm form = new(new Dictionary<string, string?> { ["authorization"] = "another", ["name"] = "Copy" });
        var made = Assert
            .IsType<Outcome<AppliedTemplate>.Ok>(
                await world.CallAsync((TemplateApplication application) => application.ApplyAsync(saved.Id, form, false, Cancel))
            )
            .Value;

        var copy = await world.CallAsync((ToolReader tools) => tools.FindRowAsync(made.Id!.Value, Cancel));
        await world.CallAsync((ToolRunner runner) => runner.RunAsync(copy!.InstanceId!.Value, null, _ => { }, Cancel));
        var sent = server.Take()!;
        Assert.Equal(("POST", "/v1", "see {{placeholder}}"), (sent.Method, sent.Target, sent.Body));
        Assert.Contains(("Authorization", "Bearer another"), sent.Headers);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_template_of_an_agent_has_what_is_declared_and_nothing_of_its_past(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        var id = await world.AddAsync(
            new Agent
            {
                Name = "Athena",
                LettaUid = "agent-1",
                Description = "Wise",
                Config =
                    """{"model": "openai/gpt-4.1", "system": "Call me {{name}}.", "tags": ["a"], "status_reason": "Not run yet.", "other": 1}""",
            }
        );

        var saved = Saved(await world.CallAsync((TemplateMaker maker) => maker.FromAgentAsync(id, new(), Cancel)));
        var shown = Assert
            .IsType<Outcome<AppliedTemplate>.Ok>(
                await world.CallAsync((TemplateApplication application) => application.ApplyAsync(saved.Id, new(), true, Cancel))
            )
            .Value;

        var wanted = JsonNode.Parse(
            """{"name": "Athena", "description": "Wise", "model": "openai/gpt-4.1", "system": "Call me {{name}}.", "tags": ["a"]}"""
        );
        Assert.True(JsonNode.DeepEquals(wanted, shown.Content), shown.Content.ToJsonString());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_list_has_the_shipped_ones_first_and_pages_over_both(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        Saved(await world.CallAsync((TemplateService templates) => templates.CreateAsync(FormOf("Bee"), Cancel)));
        Saved(await world.CallAsync((TemplateService templates) => templates.CreateAsync(FormOf("Ant"), Cancel)));

        async Task<string> NamesAsync(string? kind, PageRequest page) =>
            string.Join(
                ", ",
                (await world.CallAsync((TemplateService templates) => templates.ListAsync(kind, page, Cancel))).Items.Select(row =>
                    row.Name
                )
            );
        Assert.Equal(
            "Prime agent, Researcher, HTTP health check, Send a webhook, Message a Letta agent, Ant, Bee",
            await NamesAsync(null, new(0, 50))
        );
        Assert.Equal("Message a Letta agent, Ant", await NamesAsync(null, new(4, 2)));
        Assert.Equal("Bee", await NamesAsync(null, new(6, 2)));
        Assert.Equal("Prime agent, Researcher", await NamesAsync("agent", new(0, 50)));
        Assert.Equal("Ant", await NamesAsync(null, new(0, 50, Search: "ANT")));
    }

    [Theory]
    [InlineData("tool", """{"agent": {"name": "x"}}""", "must contain tool")]
    [InlineData("tool", """{"tool": {"name": "x", "colour": "red"}}""", "tool.colour is not valid")]
    [InlineData("tool", """{"tool": {}}""", "is not valid, or something is missing in it")]
    [InlineData("tool", """{"tool": {"name": "{{a}} {{json:b}}"}}""", "Unknown variable a, b.")]
    [InlineData("tool", """{"variables": [{"name": "a"}, {"name": "a"}], "tool": {"name": "x"}}""", "The variable a appears twice.")]
    [InlineData("tool", """{"variables": [{"name": "A b"}], "tool": {"name": "x"}}""", "A b is not a valid variable name")]
    [InlineData("tool", """{"variables": [{"title": "a"}], "tool": {"name": "x"}}""", "Variables must be a list")]
    [InlineData(
        "tool",
        """{"variables": [{"name": "a", "secret": true}], "tool": {"name": "{{a}}"}}""",
        "The secret a can only be used in the config"
    )]
    [InlineData(
        "agent",
        """{"variables": [{"name": "a", "secret": true}], "agent": {"name": "x", "system": "{{a}}"}}""",
        "The secret a can only be used in the config"
    )]
    [InlineData("agent", """{"agent": {"name": "x", "tags": "a"}}""", "agent.tags is not valid")]
    public async Task What_could_not_be_applied_is_not_kept(string kind, string content, string reason)
    {
        await using var world = await HistoryWorld.CreateAsync();
        TemplateForm form = new()
        {
            Name = "Odd",
            Kind = kind,
            Content = JsonNode.Parse(content)!.AsObject(),
        };

        var refused = Assert.IsType<Outcome<TemplateRow>.Invalid>(
            await world.CallAsync((TemplateService templates) => templates.CreateAsync(form, Cancel))
        );

        Assert.Contains(reason, refused.Reasons["Content"], StringComparison.Ordinal);
        await using var context = world.Registry.Open();
        Assert.False(await context.Templates.AnyAsync(Cancel));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_that_another_program_spoilt_says_why_it_cannot_be_applied(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        await world.Registry.OutsideAsync("""INSERT INTO templates (name, kind, content) VALUES ('Spoilt', 'tool', '{"tool": 1}')""");

        var row = (await world.CallAsync((TemplateService templates) => templates.ListAsync(null, new(5, 5), Cancel))).Items.Single();

        Assert.Contains("must contain tool", row.Problem, StringComparison.Ordinal);
        Assert.IsType<Outcome<AppliedTemplate>.Invalid>(
            await world.CallAsync((TemplateApplication application) => application.ApplyAsync(row.Id, new(), true, Cancel))
        );
    }

    private static TemplateForm FormOf(string name) =>
        new()
        {
            Name = name,
            Kind = "tool",
            Content = new() { ["tool"] = new JsonObject { ["name"] = name } },
        };

    private static TemplateRow Saved(Outcome<TemplateRow> outcome) => Assert.IsType<Outcome<TemplateRow>.Ok>(outcome).Value;
}

using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools;

/// <summary>An instance's configuration is checked against the schema of its tool, and its secrets are kept apart.</summary>
public sealed class ConfiguringInstancesTests
{
    private const string Secret = "canary-4d81f0e6c92b7a35";

    private const string Schema = """
        {"type": "object", "required": ["host", "password"], "properties": {
          "host": {"type": "string", "minLength": 1}, "port": {"type": "integer", "maximum": 65535, "default": 25},
          "password": {"type": "string", "writeOnly": true, "minLength": 8}}}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_secret_is_encrypted_kept_while_nothing_is_typed_and_forgotten_with_its_place(TestDatabase database)
    {
        await using var world = await ToolsWorld.CreateAsync(database);
        var tool = await world.AddToolAsync("Mailer", Schema);
        var saved = ToolsWorld.Done(await world.SaveInstanceAsync(Form(tool, $$"""{"host": "mail", "password": "{{Secret}}"}""")));

        Assert.Equal("""{"host":"mail","password":"{{secret:password}}"}""", saved.Config!.ToJsonString());
        foreach (var table in new[] { "tool_instances", "configurations", "change_history" })
        {
            var rows = await world.Registry.OutsideAsync(
                database == TestDatabase.Sqlite ? $"SELECT * FROM {table}" : $"SELECT string_agg(t::text, '|') FROM {table} t"
            );
            Assert.DoesNotContain(Secret, rows, StringComparison.Ordinal);
        }

        var moved = Assert.IsType<Outcome<InstanceRow>.Invalid>(await world.SaveInstanceAsync(Form(tool, """{"host": "post"}""", saved)));
        Assert.Contains("entered for another address", moved.Reasons["Config/password"], StringComparison.Ordinal);
        var kept = ToolsWorld.Done(await world.SaveInstanceAsync(Form(tool, """{"host": "mail"}""", saved)));
        Assert.Equal("""{"host":"mail","password":"{{secret:password}}"}""", kept.Config!.ToJsonString());
        Assert.Equal(
            "1",
            await world.Registry.OutsideAsync("SELECT count(*) FROM configurations WHERE key = 'secret.password' AND is_encrypted")
        );
        ToolsWorld.Done(await world.CallAsync((InstanceService instances) => instances.DeleteAsync(kept.Id, kept.Version, Cancel)));
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM configurations"));
    }

    [Fact]
    public async Task What_breaks_the_schema_is_told_by_its_place_and_nothing_is_written()
    {
        await using var world = await ToolsWorld.CreateAsync();
        var tool = await world.AddToolAsync("Mailer", Schema);

        var refused = Assert.IsType<Outcome<InstanceRow>.Invalid>(
            await world.SaveInstanceAsync(Form(tool, """{"host": "", "port": 70000, "password": "short"}"""))
        );

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Config/host"] = "This must have at least 1 characters.",
                ["Config/port"] = "This must be at most 65535.",
                ["Config/password"] = "This must have at least 8 characters.",
            },
            refused.Reasons
        );
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM tool_instances"));
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM configurations"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_tool_keeps_what_it_was_and_lists_by_whom_it_is_used(TestDatabase database)
    {
        await using var world = await ToolsWorld.CreateAsync(database);
        var agent = new Agent { Name = "Athena" };
        await using (var context = world.Registry.Open())
        {
            context.Add(agent);
            await context.SaveChangesAsync(Cancel);
        }

        var tool = await world.AddToolAsync("Mailer", Schema);
        await world.AddToolAsync("Other");
        var form = Form(tool, """{"host": "mail", "password": "long enough"}""");
        form.AgentId = agent.Id;
        ToolsWorld.Done(await world.SaveInstanceAsync(form));
        var changed = ToolsWorld.Done(
            await world.CallAsync(
                (ToolService tools) =>
                    tools.SaveAsync(
                        new()
                        {
                            Id = tool.Id,
                            Version = tool.Version,
                            Name = "Mailer",
                            ToolVersion = "2.0",
                        },
                        Cancel
                    )
            )
        );
        Assert.IsType<Outcome<ToolRow>.Conflict>(
            await world.CallAsync(
                (ToolService tools) =>
                    tools.SaveAsync(
                        new()
                        {
                            Id = tool.Id,
                            Version = tool.Version,
                            Name = "Mine",
                        },
                        Cancel
                    )
            )
        );
        ToolsWorld.Done(
            await world.CallAsync(
                (ToolService tools) =>
                    tools.SaveAsync(
                        new()
                        {
                            Id = tool.Id,
                            Version = changed.Version,
                            Name = "Mailer",
                            ToolVersion = "3.0",
                        },
                        Cancel
                    )
            )
        );

        var versions = await world.CallAsync((ToolReader reader) => reader.VersionsAsync(tool.Id, Cancel));
        Assert.Equal(["2.0", "change 1"], versions.Select(version => version.Label));
        Assert.NotNull(versions[1].ConfigSchema);
        Assert.Equal(["Athena"], (await world.CallAsync((ToolReader reader) => reader.TabsAsync(Cancel))).Select(tab => tab.Name));
        Assert.Equal(
            ["Mailer"],
            (await world.CallAsync((ToolReader reader) => reader.PageAsync(new(AgentId: agent.Id), new(0, 10), Cancel))).Items.Select(row =>
                row.Name
            )
        );
        Assert.Equal(2, (await world.CallAsync((ToolReader reader) => reader.PageAsync(new(ToolReader.Master), new(0, 10), Cancel))).Total);
    }

    [Fact]
    public async Task What_can_not_be_is_refused()
    {
        await using var world = await ToolsWorld.CreateAsync();
        var tool = await world.AddToolAsync("Mailer");
        var (uma, vera) = (await world.Registry.AddUserAsync("uma"), await world.Registry.AddUserAsync("vera", UserRole.Viewer));
        var saved = ToolsWorld.Done(await world.SaveInstanceAsync(Form(tool, "{}")));

        Assert.Equal("Tool not found.", (await world.SaveInstanceAsync(new() { ToolId = 999, Name = "x" })).ProblemWith("x"));
        Assert.Equal(
            "Agent not found.",
            (
                await world.SaveInstanceAsync(
                    new()
                    {
                        ToolId = tool.Id,
                        AgentId = 999,
                        Name = "x",
                    }
                )
            ).ProblemWith("x")
        );
        Assert.Equal("Enter a name.", (await world.SaveInstanceAsync(new() { ToolId = tool.Id })).ProblemWith("x"));
        Assert.Equal("You don't have permission to change tools.", (await world.SaveInstanceAsync(Form(tool, "{}"), uma)).ProblemWith("x"));
        Assert.Equal(
            "You don't have permission to change tools.",
            (
                await world.CallAsync((InstanceService instances) => instances.ActivateAsync(saved.Id, false, null, Cancel), vera)
            ).ProblemWith("x")
        );
        ToolsWorld.Done(await world.CallAsync((InstanceService instances) => instances.ActivateAsync(saved.Id, false, null, Cancel), uma));
        Assert.Contains(
            "/type",
            (
                await world.CallAsync(
                    (ToolService tools) =>
                        tools.SaveAsync(new() { Name = "x", ConfigSchema = JsonNode.Parse("""{"type": "text"}""") }, Cancel)
                )
            ).ProblemWith("x"),
            StringComparison.Ordinal
        );
    }

    /// <summary>Domain fronting, and what else chooses who gets the secret beside the address.</summary>
    [Theory]
    [InlineData(
        """{"kind": "http", "method": "GET", "url": "https://cdn.example/", "headers": [["X", "{{secret:t}}"]], "secrets": ["t"]}""",
        """{"kind": "http", "method": "GET", "url": "https://cdn.example/", "headers": [["X", "{{secret:t}}"], ["host", "evil.example"]], "secrets": ["t"]}"""
    )]
    [InlineData(
        """{"kind": "mcp", "mcp_server": "Broca", "tool": "say", "arguments": {"a": "{{secret:t}}"}}""",
        """{"kind": "mcp", "mcp_server": "Evil", "tool": "say", "arguments": {"a": "{{secret:t}}"}}"""
    )]
    [InlineData(
        """{"kind": "letta_message", "agent_id": 1, "message": "It is {{secret:t}}"}""",
        """{"kind": "letta_message", "agent_id": 2, "message": "It is {{secret:t}}"}"""
    )]
    public async Task A_stored_secret_goes_to_nobody_else(string before, string now)
    {
        await using var world = await ToolsWorld.CreateAsync();
        var tool = await world.AddToolAsync("Sender");
        var form = Form(tool, before);
        form.Secrets = new() { ["t"] = Secret };
        var saved = ToolsWorld.Done(await world.SaveInstanceAsync(form));

        var moved = await world.SaveInstanceAsync(Form(tool, now, saved));

        Assert.Contains(
            "Enter it again",
            Assert.IsType<Outcome<InstanceRow>.Invalid>(moved).Reasons["Secrets/t"],
            StringComparison.Ordinal
        );
        ToolsWorld.Done(await world.SaveInstanceAsync(Form(tool, before, saved)));
    }

    private static InstanceForm Form(ToolRow tool, string config, InstanceRow? instance = null) =>
        new()
        {
            Id = instance?.Id ?? 0,
            Version = instance?.Version,
            ToolId = tool.Id,
            Name = "Instance",
            Config = (JsonObject)JsonNode.Parse(config)!,
        };
}

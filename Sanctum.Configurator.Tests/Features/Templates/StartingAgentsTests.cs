using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Templates;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.History;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Templates;

/// <summary>What the dialog that makes agents gets of templates.</summary>
public sealed class StartingAgentsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Agents_start_from_templates_of_agents_that_can_be_applied(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        var keeper = await AddAsync(
            world,
            "Keeper",
            "agent",
            """{"variables": [{"name": "who", "required": true}], "agent": {"name": "Keeper of {{who}}", "tags": ["{{who}}"]}}"""
        );
        await AddAsync(world, "Broken", "agent", """{"agent": {}}""");
        await AddAsync(world, "Lamp", "tool", """{"tool": {"name": "Lamp"}}""");

        var listed = await world.CallAsync((AgentTemplates templates) => templates.ListAsync(Cancel));
        var part = Assert.IsType<Outcome<AgentPart>.Ok>(await FillAsync(world, $"{keeper}", new() { ["who"] = "bees" })).Value;

        Assert.Equal(["prime-agent", "researcher", $"{keeper}"], listed.Select(template => template.Id));
        Assert.Equal("who", Assert.Single(listed[2].Variables).Name);
        Assert.Equal(("Keeper of bees", "bees", null), (part.Name, Assert.Single(part.Tags!), part.Tools));
        await using var context = world.Registry.Open();
        Assert.Empty(context.Agents);
    }

    [Fact]
    public async Task What_is_open_is_named_and_a_tool_is_no_agent()
    {
        await using var world = await HistoryWorld.CreateAsync();
        var uma = await world.Registry.AddUserAsync("uma", UserRole.User);

        Assert.Equal("Fill in field.", (await FillAsync(world, "researcher", [])).ProblemWith("It"));
        Assert.IsType<Outcome<AgentPart>.NotFound>(await FillAsync(world, "http-health-check", new() { ["url"] = "http://127.0.0.1:9/" }));
        Assert.IsType<Outcome<AgentPart>.NotFound>(await FillAsync(world, "999", []));
        Assert.IsType<Outcome<AgentPart>.Invalid>(await FillAsync(world, "researcher", new() { ["field"] = "bees" }, uma));
    }

    private static Task<int> AddAsync(HistoryWorld world, string name, string kind, string content) =>
        world.AddAsync(
            new Template
            {
                Name = name,
                Kind = kind,
                Content = content,
                CreatedAt = world.Registry.Clock.GetUtcNow(),
                UpdatedAt = world.Registry.Clock.GetUtcNow(),
            }
        );

    private static Task<Outcome<AgentPart>> FillAsync(
        HistoryWorld world,
        string id,
        Dictionary<string, string?> values,
        User? who = null
    ) => world.CallAsync((AgentTemplates templates) => templates.FillAsync(id, values, Cancel), who);
}

using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class TaggingAgentsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_thousands_of_agents_those_with_the_very_tag_are_paged_in_the_database(TestDatabase database)
    {
        var count = Thorough.Or(1_000, 10_000);
        await using var world = await AgentsWorld.CreateAsync(database, 0);
        await AddManyAsync(world, count);

        var page = await PageAsync(world, new(Tag: "odd"), new((count / 2) - 20, 50, "name"));
        var both = await PageAsync(world, new(IsActive: false, Tag: "odd"), new(0, 50, Search: "AGENT 0000"));

        Assert.Equal((20, count / 2), (page.Items.Count, page.Total));
        Assert.All(
            page.Items,
            agent => Assert.True(int.Parse(agent.Name[^1..], System.Globalization.CultureInfo.InvariantCulture) % 2 == 1)
        );
        Assert.Equal(["Agent 00007"], both.Items.Select(agent => agent.Name));
        Assert.Equal(["even", "odd"], await world.CallAsync((AgentService agents) => agents.TagsAsync(Cancel)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_tag_is_found_as_it_is_written_and_nothing_else_for_it(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 0);
        await world.AddAsync("quoted", """{"tags": ["say \"hi\"", "100%", "a_b", "O'Hara", "größe"]}""");
        await world.AddAsync("other key", """{"words": ["odd"], "system": "odd", "model": "odd"}""");
        await world.AddAsync("no list", """{"tags": "odd"}""");
        await world.AddAsync("longer", """{"tags": ["odder", "axb", "ODD", 7, null, ["odd"], {"odd": "odd"}]}""");
        await world.AddAsync("none");

        foreach (var tag in new[] { "say \"hi\"", "100%", "a_b", "O'Hara", "größe" })
        {
            Assert.Equal(["quoted"], (await PageAsync(world, new(Tag: tag), new(0, 50))).Items.Select(agent => agent.Name));
        }

        Assert.Empty((await PageAsync(world, new(Tag: "odd"), new(0, 50))).Items);
        Assert.Equal(5, (await PageAsync(world, new(Tag: ""), new(0, 50))).Total);
        Assert.DoesNotContain("odd", await world.CallAsync((AgentService agents) => agents.TagsAsync(Cancel)));
    }

    private static Task<PageOf<AgentRow>> PageAsync(AgentsWorld world, AgentFilter filter, PageRequest page) =>
        world.CallAsync((AgentService agents) => agents.PageAsync(filter, page, Cancel));

    private static async Task AddManyAsync(AgentsWorld world, int count)
    {
        await using var context = world.Registry.Open();
        context.AddRange(
            Enumerable
                .Range(0, count)
                .Select(number => new Agent
                {
                    Name = $"Agent {number:D5}",
                    Config = $$"""{"tags": ["{{(number % 2 == 1 ? "odd" : "even")}}"]}""",
                    IsActive = number != 7,
                    CreatedAt = world.Registry.Clock.GetUtcNow(),
                })
        );
        await context.SaveChangesAsync(Cancel);
    }
}

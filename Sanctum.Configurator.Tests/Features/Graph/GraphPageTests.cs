using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Graph;

public sealed class GraphPageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_is_drawn_and_a_chosen_node_says_what_it_needs_and_what_breaks()
    {
        await using var registry = await InstalledAsync();
        Place(registry);
        Get<NavigationManager>().NavigateTo("/graph?node=plugin:1");

        var page = Render<GraphPage>();
        page.WaitForElement("a.graph-node", Patience);

        Assert.Equal(
            ["Athena", "base", "gone", "openai/gpt-4.1", "search"],
            page.FindAll("a.graph-node .graph-name").Select(name => name.TextContent).Order(StringComparer.Ordinal)
        );
        Assert.Equal("base", page.Find("a.graph-chosen .graph-name").TextContent);
        Assert.Equal(["gone", "search", "search", "Athena"], page.FindAll(".graph-panel .node-list a").Select(link => link.TextContent));
        Assert.Single(page.FindAll(".graph-edge-bad"));
        Assert.Equal("/plugins/1", page.Find(".graph-panel a.btn").GetAttribute("href"));
    }

    [Fact]
    public async Task It_is_filtered_by_kind_searched_and_told_as_a_table_and_in_problems()
    {
        await using var registry = await InstalledAsync();
        Place(registry);
        Get<NavigationManager>().NavigateTo("/graph");
        var page = Render<GraphPage>();
        page.WaitForElement("a.graph-node", Patience);

        page.Find("input[aria-label='Find by name']").Input("ath");
        Assert.Equal("/graph?node=agent%3A1", Assert.Single(page.FindAll(".graph-hits a")).GetAttribute("href"));
        page.Find("select[aria-label='Show one kind']").Change("plugin");
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("a.graph-node").Count), Patience);
        Assert.EndsWith("/graph?kind=plugin", Get<NavigationManager>().Uri, StringComparison.Ordinal);
        Tab(page, "Table");
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("table[aria-label=Dependencies] tbody tr").Count), Patience);
        Assert.Contains("Not in the registry", page.Markup, StringComparison.Ordinal);
        Tab(page, "Problems");

        Assert.Equal(
            "base needs gone, which is not in the registry. Show",
            Assert.Single(page.FindAll(".problem-list li")).TextContent.Trim()
        );
    }

    [Fact]
    public async Task What_another_program_writes_is_drawn_too_and_nothing_at_all_is_said()
    {
        await using var registry = await TestRegistry.CreateAsync(TestDatabase.Sqlite, services => services.AddDependencies());
        Place(registry);
        var page = Render<GraphPage>();
        page.WaitForAssertion(() => Assert.Contains("No dependencies yet", page.Markup), Patience);

        await registry.OutsideAsync("INSERT INTO plugins (name) VALUES ('new')");
        await registry.Services.GetRequiredService<Signal<RegistryChange>>().PublishAsync(new("plugins"));

        page.WaitForAssertion(() => Assert.Single(page.FindAll("a.graph-node")), Patience);
    }

    private static void Tab(IRenderedComponent<GraphPage> page, string name) =>
        page.FindAll("[role=tab]").Single(tab => tab.TextContent.Trim().StartsWith(name, StringComparison.Ordinal)).Click();

    private static async Task<TestRegistry> InstalledAsync()
    {
        var registry = await TestRegistry.CreateAsync(TestDatabase.Sqlite, services => services.AddDependencies());
        await registry.OutsideAsync(
            """INSERT INTO plugins (name, version, dependencies) VALUES ('base', '1.0.0', '["gone"]'), ('search', '1.0.0', '["base"]')"""
        );
        await registry.OutsideAsync("""INSERT INTO agents (name, config) VALUES ('Athena', '{"model": "openai/gpt-4.1"}')""");
        await registry.OutsideAsync("INSERT INTO plugin_links (plugin_id, agent_id) VALUES (2, 1)");
        return registry;
    }

    private void Place(TestRegistry registry)
    {
        var scope = registry.Services.CreateScope().ServiceProvider;
        Services.AddSingleton<TimeProvider>(registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<DependencyReader>());
        Reader.SetPolicies(Policies.ReadRegistry);
    }
}

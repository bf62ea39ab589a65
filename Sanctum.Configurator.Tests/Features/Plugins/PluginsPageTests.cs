using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.Plugins;

public sealed class PluginsPageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string[] Everything =
    [
        Policies.ReadRegistry,
        Policies.OperateRegistry,
        Policies.WriteRegistry,
        Policies.ReadHistory,
    ];

    [Fact]
    public async Task What_lies_in_the_installation_is_adopted_from_the_page()
    {
        await using var world = await PluginsWorld.CreateAsync();
        world.Write("smcp/plugins/git/cli.py", "print(1)");
        world.Write("tools/lamp/manifest.json", """{"name": "lamp", "type": "extension", "version": "1.2.0"}""");
        await PlaceAsync(world, Everything);
        var page = Render<PluginsPage>();
        page.WaitForAssertion(() => Assert.Contains("No plugins yet", page.Markup), Patience);

        await PressAsync(page, "Scan");
        page.WaitForAssertion(() => Assert.Equal(2, Rows(page, "New plugins")), Patience);
        page.Find("button[aria-label='Adopt lamp in tools/lamp']").Click();

        page.WaitForAssertion(() => Assert.Equal((1, 1), (Rows(page, "New plugins"), Rows(page, "Plugins"))), Patience);
    }

    [Fact]
    public async Task Disabling_asks_first_where_something_breaks_and_does_it_at_once_where_nothing_does()
    {
        await using var world = await PluginsWorld.CreateAsync();
        var (low, top) = (await world.AddAsync("low"), await world.AddAsync("top", "low"));
        await PlaceAsync(world, Everything);
        var page = Render<PluginsPage>();
        var dialogs = Overlays;

        page.WaitForElement("button[aria-label='Disable low']", Patience).Click();
        dialogs.WaitForAssertion(
            () => Assert.Equal(["top plugin", "low plugin"], dialogs.FindAll("ol li").Select(item => item.TextContent.Trim())),
            Patience
        );
        Assert.True(await world.IsEnabledAsync(low));
        await dialogs.Find("form").SubmitAsync();
        page.WaitForElement("button[aria-label='Enable low']", Patience);
        page.WaitForElement("button[aria-label='Enable low']", Patience).Click();
        page.WaitForElement("button[aria-label='Disable low']", Patience);

        Assert.Equal((true, false), (await world.IsEnabledAsync(low), await world.IsEnabledAsync(top)));
    }

    [Fact]
    public async Task A_plugin_is_added_and_its_mistakes_stand_beside_their_fields()
    {
        await using var world = await PluginsWorld.CreateAsync();
        await PlaceAsync(world, Everything);
        var page = Render<PluginsPage>();
        var dialogs = Overlays;
        page.WaitForAssertion(() => Button(page, "Add…").Click(), Patience);
        dialogs.WaitForElement("form", Patience);

        Write(dialogs, "Name", "search");
        Write(dialogs, "Needs", "base >>1");
        Write(dialogs, "Configuration", "{oops");
        await dialogs.Find("form").SubmitAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("This is not valid JSON: line 1", dialogs.Markup), Patience);
        Write(dialogs, "Configuration", "{}");
        await dialogs.Find("form").SubmitAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("The versions of base can't be read", dialogs.Markup), Patience);
        Write(dialogs, "Needs", "base >=1");
        await dialogs.Find("form").SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal(1, Rows(page, "Plugins")), Patience);
        Assert.Contains("Requirements not met", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_everything_of_a_plugin_and_no_button_that_would_refuse_him()
    {
        await using var world = await PluginsWorld.CreateAsync();
        await world.AddAsync("low");
        var id = await world.AddAsync("top", "low\ngone");
        await world.ChangeAsync(id, form => (form.PluginVersion, form.TypedConfig) = ("2.0.0", """{"depth": 3}"""));
        await PlaceAsync(world, Policies.ReadRegistry);
        var list = Render<PluginsPage>();
        list.WaitForAssertion(() => Assert.Equal(2, Rows(list, "Plugins")), Patience);
        var page = Render<PluginPage>(plugin => plugin.Add(p => p.Id, id));
        page.WaitForAssertion(() => Assert.Contains("top needs gone, which is not in the registry.", page.Markup), Patience);

        await OpenAsync(page, "Dependencies");
        Assert.Equal(["low", "gone"], page.Find(".node-list").QuerySelectorAll("a").Select(link => link.TextContent));
        Assert.NotEmpty(page.FindAll("a.graph-node"));
        await OpenAsync(page, "Versions");
        page.WaitForAssertion(() => Assert.Equal(1, Rows(page, "Earlier versions")), Patience);
        await OpenAsync(page, "Configuration");
        Assert.Contains("\"depth\": 3", page.Find("pre").TextContent, StringComparison.Ordinal);
        await OpenAsync(page, "Links");

        Assert.Empty(list.FindAll(".page-actions button, td button"));
        Assert.Empty(page.FindAll(".page-actions button, .card-head button, .toolbar button:not([data-sheet]):not([data-sheet-done])"));
        Assert.DoesNotContain(page.FindAll("[role=tab]"), tab => tab.TextContent.Contains("History", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_held_is_shown_and_approved_on_the_page()
    {
        await using var world = await PluginsWorld.CreateAsync();
        world.Write("tools/lamp/manifest.json", """{"name": "lamp", "type": "extension", "version": "1.2.0"}""");
        var id = await world.AdoptedAsync("tools/lamp");
        world.Write("tools/lamp/manifest.json", """{"name": "lamp", "type": "extension", "version": "2.0.0"}""");
        await world.AdoptedAsync("tools/lamp");
        await PlaceAsync(world, Everything);
        var page = Render<PluginPage>(plugin => plugin.Add(p => p.Id, id));
        page.WaitForAssertion(() => Assert.Contains("2.0.0", page.Find(".diff").TextContent), Patience);

        await PressAsync(page, "Approve");

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".diff")), Patience);
        Assert.Equal("2.0.0", (await world.ReadAsync(id)).Plugin.PluginVersion);
        await OpenAsync(page, "History");
        page.WaitForAssertion(() => Assert.Contains("Description approved", page.Markup), Patience);
    }

    [Fact]
    public async Task Links_are_made_and_taken_away_and_keys_are_set_on_the_page()
    {
        await using var world = await PluginsWorld.CreateAsync();
        var id = await world.AddAsync("a");
        await world.Registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        await PlaceAsync(world, Everything);
        var page = Render<PluginPage>(plugin => plugin.Add(p => p.Id, id));
        var dialogs = Overlays;
        page.WaitForElement("[role=tab]", Patience);
        await OpenAsync(page, "Links");
        page.WaitForElement("select[aria-label='Agent or tool to link']", Patience).Change("agent:1");
        await PressAsync(page, "Link");
        page.WaitForElement("button[aria-label='Unlink Athena']", Patience).Click();
        page.WaitForAssertion(() => Assert.Contains("No links", page.Markup), Patience);

        await OpenAsync(page, "Configuration");
        page.WaitForAssertion(() => Button(page, "Set a key…").Click(), Patience);
        dialogs.WaitForElement("form", Patience);
        Write(dialogs, "Key", "depth");
        Write(dialogs, "Value", "3");
        await dialogs.Find("form").SubmitAsync();

        page.WaitForAssertion(() => Assert.Equal(1, Rows(page, "Keys")), Patience);
    }

    /// <summary>While nothing else is drawn.</summary>
    private static Task OpenAsync(IRenderedComponent<PluginPage> page, string tab) =>
        page.InvokeAsync(() =>
            page.FindAll("[role=tab]").Single(each => each.TextContent.Trim().StartsWith(tab, StringComparison.Ordinal)).Click()
        );

    private static int Rows<T>(IRenderedComponent<T> page, string label)
        where T : IComponent => page.FindAll($"table[aria-label='{label}'] tbody tr").Count;

    private async Task PlaceAsync(PluginsWorld world, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<DependencyReader>());
        Services.AddSingleton(scope.GetRequiredService<PluginService>());
        Services.AddSingleton(scope.GetRequiredService<PluginSwitch>());
        Services.AddSingleton(scope.GetRequiredService<PluginKeys>());
        Services.AddSingleton(scope.GetRequiredService<PluginLinks>());
        Services.AddSingleton(scope.GetRequiredService<PluginScan>());
        Services.AddSingleton(scope.GetRequiredService<PluginDescriber>());
        Reader.SetPolicies(policies);
    }
}

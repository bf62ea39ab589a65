using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>The first page, from an installation on which nothing has been done to one on which something breaks and is mended.</summary>
public sealed class OverviewInTheBrowserTests(BrowserRun run) : BrowserTest(run)
{
    [Fact]
    public async Task An_empty_installation_is_its_first_steps_which_tick_themselves()
    {
        await using var console = new ConsoleServer();
        await console.InitializeAsync();
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new FakeLettaAgents(3) });
        var page = await OpenAsStrangerAsync();
        await BrowserConsole.SignInAsync(page, console.Address, ConsoleServer.Administrator);
        await Expect(page.GetByText("0 of 7 done")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "History", Level = 2 })).ToHaveCountAsync(0);
        Assert.Empty(await page.FindFaultsAsync());

        // Done beside the page, which is told of it.
        await ConnectAndTestAsync(console, letta);

        await Expect(Step(page, "Connect the Letta server")).ToContainTextAsync("done");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "History", Level = 2 })).ToBeVisibleAsync();
        await Expect(Tile(page, "Letta server")).ToContainTextAsync(new Regex(@"\d ms"));

        // Done where the steps lead.
        await page.GetByRole(AriaRole.Link, new() { Name = "Synchronise the agents" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Synchronise" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Adopt all 3" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Agents", Exact = true }).GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
        await Menu(page, "Overview").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Make a backup" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Back up now" }).ClickAsync();
        await Expect(page.GetByText("as of", new() { Exact = false }).First).ToBeVisibleAsync();
        await Menu(page, "Overview").ClickAsync();

        await Expect(page.GetByText("3 of 7 done")).ToBeVisibleAsync();
        await Expect(Tile(page, "Agents")).ToContainTextAsync("3");
        await Expect(Tile(page, "Backups")).ToContainTextAsync("Recoverable as of");
    }

    [Fact]
    public async Task A_red_tile_turns_green_by_the_act_that_it_offers()
    {
        await using var console = new BrowserConsole();
        await console.InitializeAsync();
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new FakeLettaAgents(3) });
        await ConnectAndTestAsync(console, letta);
        var page = await OpenAsync(console, "/overview");
        await Expect(Tile(page, "Letta server")).ToContainTextAsync("Well");

        await letta.StopAsync();
        await TestAsync(console);

        var attention = page.GetByRole(AriaRole.Region, new() { Name = "What needs attention" });
        await Expect(attention).ToContainTextAsync("The Letta server can't be used");
        await Expect(Tile(page, "Letta server")).ToContainTextAsync("Needs attention");
        Assert.Empty(await page.FindFaultsAsync());
        await letta.StartAgainAsync();
        await attention.GetByRole(AriaRole.Button, new() { Name = "Test connection again" }).ClickAsync();

        await Expect(attention).Not.ToContainTextAsync("Letta");
        await Expect(Tile(page, "Letta server")).ToContainTextAsync("Well");
        await Expect(Tile(page, "Letta server")).ToContainTextAsync(new Regex(@"\d ms"));
        foreach (var theme in new[] { "light", "contrast" })
        {
            await page.EvaluateAsync($"sanctumTheme.set('{theme}')");
            Assert.Empty(await page.FindFaultsAsync());
        }

        await page.SetViewportSizeAsync(390, 800);
        await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
    }

    [Fact]
    public async Task Whoever_only_reads_is_offered_no_act()
    {
        await using var console = new BrowserConsole();
        await console.InitializeAsync();
        await using var letta = await FakeLetta.StartAsync();
        await ConnectAndTestAsync(console, letta);
        await letta.StopAsync();
        await TestAsync(console);

        var page = await OpenAsync(console, "/overview", BrowserConsole.Vera);

        await Expect(page.GetByRole(AriaRole.Main).GetByText("The Letta server can't be used")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Test connection again" })).ToHaveCountAsync(0);
        await Expect(page.GetByText("First steps")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_menu_keeps_the_size_that_was_chosen()
    {
        await using var console = new BrowserConsole();
        await console.InitializeAsync();
        var page = await OpenAsync(console, "/overview");
        var wide = (await page.Locator("#sidebar").BoundingBoxAsync())!.Width;

        await page.GetByRole(AriaRole.Button, new() { Name = "Show icons only" }).ClickAsync();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Show the names" })).ToBeVisibleAsync();

        Assert.True((await page.Locator("#sidebar").BoundingBoxAsync())!.Width < wide / 2);
        Assert.True((await page.GetByRole(AriaRole.Main).BoundingBoxAsync())!.X < wide / 2);
        await Menu(page, "Agents").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Agents", Level = 1 })).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the names" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Show icons only" })).ToBeFocusedAsync();
    }

    private static ILocator Tile(IPage page, string title) => page.GetByRole(AriaRole.Region, new() { Name = title, Exact = true });

    private static ILocator Step(IPage page, string title) => page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = title });

    private static ILocator Menu(IPage page, string title) =>
        page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = title, Exact = true });

    private static async Task ConnectAndTestAsync(ConsoleServer console, FakeLetta letta)
    {
        await ConnectAsync(console, letta);
        await TestAsync(console);
    }

    private static async Task TestAsync(ConsoleServer console)
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        Assert.True((await root.SendAsync(HttpMethod.Post, "/api/letta/test")).IsSuccessStatusCode);
    }
}

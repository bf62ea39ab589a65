using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class PluginsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task An_administrator_adds_plugins_sees_what_breaks_and_disables_them_in_order()
    {
        var page = await OpenAsync(console, "/plugins");
        await AddAsync(page, "ground", "");
        await AddAsync(page, "house", "ground ^1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Disable ground" }).ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["house plugin", "ground plugin"]);
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disable 2" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Enable house" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "house" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Dependencies" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What breaks without it" })).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
    }

    [Fact]
    public async Task The_graph_is_zoomed_moved_and_chosen_from_with_mouse_and_keys()
    {
        var page = await OpenAsync(console, "/plugins");
        await AddAsync(page, "lake", "");
        await AddAsync(page, "boat", "lake");
        await page.GetByRole(AriaRole.Link, new() { Name = "Dependencies" }).ClickAsync();
        var sheet = page.GetByRole(AriaRole.Group, new() { Name = "Dependencies", Exact = true });
        var whole = await sheet.GetAttributeAsync("viewBox");

        await page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        await Expect(sheet).Not.ToHaveAttributeAsync("viewBox", whole!);
        await sheet.FocusAsync();
        await page.Keyboard.PressAsync("0");
        await Expect(sheet).ToHaveAttributeAsync("viewBox", whole!);
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(sheet).Not.ToHaveAttributeAsync("viewBox", whole!);
        await page.GetByRole(AriaRole.Button, new() { Name = "Fit" }).ClickAsync();
        await sheet.HoverAsync(
            new()
            {
                Position = new() { X = 20, Y = 20 },
            }
        );
        await page.Mouse.WheelAsync(0, -200);
        await Expect(sheet).Not.ToHaveAttributeAsync("viewBox", whole!);
        await page.Keyboard.PressAsync("0");

        await sheet.GetByRole(AriaRole.Link).Filter(new() { HasText = "lake" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "lake" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "boat", Exact = true }).First).ToBeVisibleAsync();
        Assert.Contains("node=plugin", page.Url, StringComparison.Ordinal);
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Tab, new() { Name = "Table" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "boat" })).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
    }

    [Fact]
    public async Task A_viewer_sees_the_pages_and_no_act()
    {
        var page = await OpenAsync(console, "/plugins", BrowserConsole.Vera);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Plugins", Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Scan" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add…" })).ToHaveCountAsync(0);
    }

    private static async Task AddAsync(IPage page, string name, string needs)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync(name);
        await dialog.GetByLabel("Version").FillAsync("1.0.0");
        await dialog.GetByLabel("Needs").FillAsync(needs);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToBeVisibleAsync();
    }
}

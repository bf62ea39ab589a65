using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>The menu on a phone and as icons, where consoles of other people were reported to fail.</summary>
public sealed class TheShellTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task The_menu_of_a_phone_takes_the_focus_gives_it_back_and_closes_behind_a_choice()
    {
        var page = await OpenAsync(console, "/agents");
        await page.SetViewportSizeAsync(390, 800);
        var toggle = page.GetByRole(AriaRole.Button, new() { Name = "Menu" });
        var logs = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Logs" });

        await toggle.ClickAsync();
        await Expect(toggle).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link).First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(toggle).ToBeFocusedAsync();
        await Expect(logs).Not.ToBeInViewportAsync();
        await toggle.ClickAsync();
        await logs.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Logs", Level = 1 })).ToBeVisibleAsync();
        await Expect(toggle).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(logs).Not.ToBeInViewportAsync();
    }

    [Fact]
    public async Task A_menu_of_icons_still_says_where_each_leads_and_stays_one_after_a_reload()
    {
        var page = await OpenAsync(console, "/overview");
        var menu = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        var all = await menu.GetByRole(AriaRole.Link).CountAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show icons only" }).ClickAsync();
        await page.ReloadAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Show the names" })).ToBeVisibleAsync();
        await Expect(menu.GetByRole(AriaRole.Link)).ToHaveCountAsync(all);
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Backups" })).ToHaveAttributeAsync("title", "Backups");
        Assert.Empty(await page.FindFaultsAsync());
        await menu.GetByRole(AriaRole.Link, new() { Name = "Backups" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Backups", Level = 1 })).ToBeVisibleAsync();
    }
}

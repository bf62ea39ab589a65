using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class LogViewsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task A_search_is_kept_as_a_view_chosen_again_and_made_an_alert()
    {
        var page = await OpenAsync(console, "/logs?q=level:critical");
        var views = page.GetByLabel("Views of the logs");
        await views.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save this view…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync("The worst");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);

        await page.GotoAsync(new Uri(console.Address, "/logs").ToString());
        await views.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^The worst") }).ClickAsync();
        await Expect(page.GetByLabel("Search the logs")).ToHaveValueAsync("level:critical");

        await views.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Alert on this…" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("In the last 24 h this would not have been raised.");
        await dialog.GetByLabel("Name").FillAsync("Anything critical");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Anything critical" })).ToContainTextAsync("Quiet");
        Assert.Empty(await page.FindFaultsAsync());
    }
}

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>Memories, code, preferences and migrations, as a viewer finds them, and where the line to the console was cut for a while.</summary>
public sealed class PagesBesideConversationsTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Theory]
    [InlineData("/memories")]
    [InlineData("/memories?tab=vectors")]
    [InlineData("/code")]
    [InlineData("/code/design-files")]
    [InlineData("/migrations")]
    public async Task A_viewer_is_told_that_it_is_not_for_him(string path)
    {
        var page = await OpenAsync(console, path, BrowserConsole.Vera);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Access denied" })).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
    }

    [Fact]
    public async Task A_viewer_keeps_preferences_of_his_own()
    {
        var page = await OpenAsync(console, "/account/preferences", BrowserConsole.Vera);
        await page.GetByLabel("Preferred style").FillAsync("terse");
        await SaveBar(page).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(SaveBar(page)).ToHaveCountAsync(0);

        await page.ReloadAsync();

        await Expect(page.GetByLabel("Preferred style")).ToHaveValueAsync("terse");
        var root = await OpenAsync(console, "/account/preferences");
        await Expect(root.GetByLabel("Preferred style")).ToHaveValueAsync("");
    }

    [Theory]
    [InlineData("/memories")]
    [InlineData("/code")]
    [InlineData("/account/preferences")]
    [InlineData("/migrations")]
    public async Task A_page_answers_again_when_the_line_is_mended(string path)
    {
        var line = new CutLine();
        var page = await OpenAsync(console, path, before: line.LayAsync);
        await line.CutAsync();
        await Expect(page.GetByText("Connection lost.")).ToBeVisibleAsync();
        line.Mend();
        await Expect(page.GetByText("Connection lost.")).ToBeHiddenAsync();

        if (path == "/migrations")
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Go one step back" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("This console stops");
        }
        else if (path == "/account/preferences")
        {
            await page.GetByLabel("Preferred style").FillAsync("playful");
            await Expect(SaveBar(page)).ToBeVisibleAsync();
        }
        else
        {
            await page.GetByRole(AriaRole.Searchbox).First.FillAsync("lighthouse");
            await Expect(page).ToHaveURLAsync(new Regex("(q|list-search)=lighthouse"));
        }
    }
}

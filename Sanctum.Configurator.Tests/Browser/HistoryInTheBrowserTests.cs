using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class HistoryInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task An_administrator_makes_a_tool_of_a_template_follows_its_history_undoes_a_change_and_takes_the_file_along()
    {
        var page = await OpenAsync(console, "/templates");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply HTTP health check" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("Fill in url.");
        await dialog.GetByLabel("Address").FillAsync("http://127.0.0.1:9/up");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(dialog.Locator("pre")).ToContainTextAsync("http://127.0.0.1:9/up");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create the tool" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Health check", Level = 1 })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Tools", Exact = true }).ClickAsync();
        var tool = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Health check" });
        await tool.GetByLabel("More for Health check").ClickAsync();
        await tool.GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
        await Expect(tool).ToContainTextAsync("Disabled");

        await tool.GetByLabel("More for Health check").ClickAsync();
        await tool.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "History", Level = 1 })).ToBeVisibleAsync();
        var change = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "is_enabled" }).First;
        await Expect(page.GetByText("2 in all")).ToBeVisibleAsync();
        await change.GetByRole(AriaRole.Button, new() { NameRegex = new("^Undo change") }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("is_enabled");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Expect(page.GetByText("undid change")).ToBeVisibleAsync();

        await page.GetByLabel("Export the changes that are listed").ClickAsync();
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "As CSV" }).ClickAsync());
        var text = await File.ReadAllTextAsync(await file.PathAsync(), Cancel);
        Assert.Equal("change-history.csv", file.SuggestedFilename);
        Assert.Contains(",tools,", text, StringComparison.Ordinal);
        Assert.DoesNotContain(",users,", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_filters_stay_within_their_columns_at_every_width()
    {
        var page = await OpenAsync(console, "/history");
        await Expect(page.GetByLabel("Before (UTC)")).ToBeVisibleAsync();
        foreach (var width in new[] { 1440, 1280, 1217, 1216, 1000, 700, 390 })
        {
            await page.SetViewportSizeAsync(width, 900);
            var beyond = await page.EvaluateAsync<double>(
                "() => Math.max(...[...document.querySelectorAll('.history-filters .mud-input')].map(input => input.getBoundingClientRect().right - input.closest('.mud-input-control').getBoundingClientRect().right))"
            );
            Assert.True(beyond < 0.5, $"{beyond} pixels beyond at {width}.");
        }
    }

    [Fact]
    public async Task A_viewer_sees_the_templates_and_no_act()
    {
        var page = await OpenAsync(console, "/templates", BrowserConsole.Vera);

        await Expect(page.GetByText("Message a Letta agent")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^(Apply|Import|Save as)") })).ToHaveCountAsync(0);
    }
}

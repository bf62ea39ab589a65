using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Features.Messaging.Broca;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class BrocaInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("SANCTUM_TEST_PICTURES");

    [Fact]
    public async Task An_administrator_looks_imports_reads_the_report_and_takes_it_back()
    {
        using var file = BrocaDatabaseFile.Odd();
        var page = await OpenAsync(console, "/overview");
        await page.GetByRole(AriaRole.Link, new() { Name = "Broca", Exact = true }).ClickAsync();
        await LookAsync(page, "start");

        await (await page.Locator("input[type=file]").OnceItTakesFilesAsync()).SetInputFilesAsync(file.FilePath);
        await Expect(Row(page, "Queue entry of a message that is gone")).ToContainTextAsync("2");
        await Expect(page.GetByText("Nothing has been written yet.")).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await LookAsync(page, "preview");
        await Field(page, "Source").FillAsync("athena");
        await Field(page, "Source").PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();

        await Expect(page.GetByText("All checksums are equal.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the report…" }).ClickAsync();
        var report = page.GetByRole(AriaRole.Dialog);
        await Expect(report.GetByRole(AriaRole.Row).Filter(new() { HasText = "Messages" }).First).ToContainTextAsync("Equal over 5 rows");
        await Expect(report.GetByText("athena:messages:4")).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() =>
            report.GetByRole(AriaRole.Button, new() { Name = "Download what was kept aside" }).ClickAsync()
        );
        Assert.EndsWith("kept-aside.jsonl", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Empty(await page.FindFaultsAsync());
        await LookAsync(page, "report");
        await report.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();

        await page.GetByRole(AriaRole.Tab, new() { Name = "Imports made" }).ClickAsync();
        await LookAsync(page, "imports");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Undo the import of athena") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo import" }).ClickAsync();
        await Expect(Row(page, "athena")).ToContainTextAsync("Undone");
        await Expect(page.GetByText(new Regex("3 people, 3 profiles, 5 messages and 6 queue entries removed"))).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_administrator_adds_a_Broca_of_the_machine_and_mends_it()
    {
        using var file = BrocaDatabaseFile.Odd();
        await File.WriteAllTextAsync(
            Path.Combine(file.Folder, "settings.json"),
            """{"message_mode": "listen", "queue_refresh": 400}""",
            Cancel
        );
        await File.WriteAllTextAsync(Path.Combine(file.Folder, ".env"), "AGENT_ID=agent-1\nAGENT_API_KEY=canary-of-the-env\n", Cancel);
        var page = await OpenAsync(console, "/broca?tab=instances");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a folder…" }).ClickAsync();
        await Field(page, "Folder").FillAsync(file.Folder);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.GetByText("4,711 times")).ToBeVisibleAsync();
        await LookAsync(page, "instances");

        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Queue of") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Flush entry 5" }).ClickAsync();
        await Expect(page.GetByText("1 of 1 entry flushed.")).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await LookAsync(page, "queue");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Settings of") }).ClickAsync();
        await Expect(page.GetByText("It must be a whole number from 1 to 300.").First).ToBeVisibleAsync();
        await LookAsync(page, "settings");
        Assert.Empty(await page.FindFaultsAsync());
        Assert.DoesNotContain("canary", await page.ContentAsync(), StringComparison.Ordinal);
        await ChooseAsync(Field(page, "Mode"), "echo");
        await Field(page, "Queue refresh").FillAsync("30");
        await Field(page, "AGENT_API_KEY").FillAsync("a-new-key");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.Equal("AGENT_ID=agent-1\nAGENT_API_KEY=a-new-key\n", await File.ReadAllTextAsync(Path.Combine(file.Folder, ".env"), Cancel));
        Assert.Contains(
            "\"queue_refresh\": 30",
            await File.ReadAllTextAsync(Path.Combine(file.Folder, "settings.json"), Cancel),
            StringComparison.Ordinal
        );
        Assert.Equal("flushed", file.Ask("SELECT status FROM queue WHERE id = 5"));
    }

    private static ILocator Row(IPage page, string text) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = text }).First;

    /// <summary>It fits a phone as well; and for whoever wants to look, a picture of each theme and width.</summary>
    private static async Task LookAsync(IPage page, string name)
    {
        foreach (var (theme, width, height) in new[] { ("light", 390, 844), ("dark", 390, 844), ("light", 1280, 800), ("dark", 1280, 800) })
        {
            await page.EvaluateAsync($"sanctumTheme.set('{theme}')");
            await page.SetViewportSizeAsync(width, height);
            await AssertFitsAsync(page);
            if (Pictures is not null)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"broca-{name}-{width}-{theme}.png"), FullPage = true });
            }
        }
    }
}

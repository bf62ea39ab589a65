using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Features.OldConfigurator;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class OldConfiguratorInTheBrowserTests(BrowserRun run, BrowserConsole console)
    : BrowserTest(run),
        IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task An_administrator_looks_unticks_and_imports()
    {
        using var file = new OldDatabaseFile()
            .Set("smcp_port", "9100")
            .Set("flask_port", "5001")
            .Set("openai_api_key", "sk-canary-of-the-old-file-4711")
            .AddUser("brought")
            .AddUser("admin", "admin123", "admin");
        var page = await OpenAsync(console, "/system-settings/transfer");
        await page.GetByRole(AriaRole.Link, new() { Name = "Import its settings and users" }).ClickAsync();
        await Expect(page.GetByText("No file chosen yet")).ToBeVisibleAsync();

        await (await page.Locator("input[type=file]").OnceItTakesFilesAsync()).SetInputFilesAsync(file.Path);
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "SMCP port" })).ToContainTextAsync("9100");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "api_key" }).First).ToContainTextAsync("compromised");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "admin@example.org" })).ToContainTextAsync("Compromised");
        Assert.DoesNotContain("canary", await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Take Web app port" }).UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import 2 settings and 2 users" }).ClickAsync();

        await Expect(page.GetByText("2 settings and 2 users taken over.").First).ToBeVisibleAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Set a password for admin on the page Users");
        Assert.Empty(await page.FindFaultsAsync());
        Assert.Equal(("9100", "5000"), (await SavedAsync(console, "smcp_port"), await SavedAsync(console, "flask_port")));
    }

    [Fact]
    public async Task A_file_that_is_none_is_refused_in_words()
    {
        var page = await OpenAsync(console, "/import-old-configurator");

        await (await page.Locator("input[type=file]").OnceItTakesFilesAsync()).SetInputFilesAsync(
            new FilePayload
            {
                Name = "sanctum_ui.db",
                MimeType = "application/vnd.sqlite3",
                Buffer = "nothing of the kind"u8.ToArray(),
            }
        );

        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "not a SQLite database" })).ToBeVisibleAsync();
    }
}

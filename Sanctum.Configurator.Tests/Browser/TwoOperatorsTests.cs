using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>Two people on one page, and people who may only look.</summary>
public sealed class TwoOperatorsTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task Untouched_fields_follow_the_other_and_touched_ones_wait_for_a_decision()
    {
        var mine = await OpenAsync(console, "/system-settings", ConsoleServer.Administrator);
        var theirs = await OpenAsync(console, "/system-settings", BrowserConsole.Ada);
        await Field(mine, "Web app port").FillAsync("5100");
        await Field(mine, "SMCP port").FillAsync("9100");
        await Expect(SaveBar(mine)).ToContainTextAsync("2 unsaved changes");

        await Field(theirs, "Web app port").FillAsync("5200");
        await Field(theirs, "SMCP port").FillAsync("9200");
        await Field(theirs, "Sanctum folder").FillAsync("~/theirs");
        await Expect(SaveBar(theirs)).ToContainTextAsync("3 unsaved changes");
        await theirs.Keyboard.PressAsync("Control+s");
        await Expect(theirs.GetByText("3 changes saved.")).ToBeVisibleAsync();

        await Expect(mine.GetByText("Somebody else changed the same settings.")).ToBeVisibleAsync();
        await Expect(Field(mine, "Sanctum folder")).ToHaveValueAsync("~/theirs");
        await Expect(mine.GetByText("Somebody else changed Sanctum folder.")).ToBeVisibleAsync();
        await Expect(mine.GetByText("Saved now: 9200. Yours: 9100.")).ToBeVisibleAsync();
        await Expect(Field(mine, "SMCP port")).ToHaveValueAsync("9100");
        await Expect(SaveBar(mine).GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeDisabledAsync();

        await mine.GetByRole(AriaRole.Button, new() { Name = "Take theirs for Web app port" }).ClickAsync();
        await Expect(Field(mine, "Web app port")).ToHaveValueAsync("5200");
        await mine.GetByRole(AriaRole.Button, new() { Name = "Keep mine for SMCP port" }).ClickAsync();
        await Expect(mine.GetByText("Somebody else changed the same settings.")).ToBeHiddenAsync();
        await Expect(SaveBar(mine)).ToContainTextAsync("1 unsaved change");
        await mine.Keyboard.PressAsync("Control+s");

        await Expect(mine.GetByText("1 change saved.")).ToBeVisibleAsync();
        await Expect(Field(theirs, "SMCP port")).ToHaveValueAsync("9100");
        Assert.Equal("9100", await SavedAsync(console, "smcp_port"));
        Assert.Equal("5200", await SavedAsync(console, "flask_port"));
    }

    [Fact]
    public async Task A_program_in_the_database_is_an_operator_too()
    {
        var page = await OpenAsync(console, "/system-settings");
        await Expect(Field(page, "Check every")).ToHaveValueAsync("60");

        await Support.Sqlite3.RunAsync(Path.Combine(console.Home, "registry.db"), "UPDATE system_config SET letta_check_interval = 77");

        await Expect(Field(page, "Check every")).ToHaveValueAsync("77");
    }

    [Fact]
    public async Task Who_may_only_read_sees_the_settings_and_changes_nothing()
    {
        var page = await OpenAsync(console, "/system-settings", BrowserConsole.Vera);

        await Expect(Field(page, "Port")).ToBeDisabledAsync();
        await Expect(Field(page, "Watch this server")).ToBeDisabledAsync();
        await Expect(Field(page, "Token")).ToBeDisabledAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Test connection" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Reveal" })).ToHaveCountAsync(0);
        var menu = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "System Settings" })).ToBeVisibleAsync();
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Users" })).ToHaveCountAsync(0);

        await page.GotoAsync(new Uri(console.Address, "/users").ToString());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Access denied" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Table)).ToHaveCountAsync(0);
    }
}

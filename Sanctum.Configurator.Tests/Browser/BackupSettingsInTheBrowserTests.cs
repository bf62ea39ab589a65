using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class BackupSettingsInTheBrowserTests(BrowserRun run, BrowserConsole console)
    : BrowserTest(run),
        IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task An_administrator_sets_the_schedule_adds_a_target_and_sees_what_its_rules_would_keep()
    {
        var folder = Directory.CreateTempSubdirectory("sanctum-nas-").FullName;
        var page = await OpenAsync(console, "/backups");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Link, new() { Name = "Settings", Exact = true }).ClickAsync();
        var jobs = page.GetByRole(AriaRole.Table, new() { Name = "Jobs that back up" });
        await Expect(jobs.GetByRole(AriaRole.Row).Filter(new() { HasText = "Daily backup" })).ToContainTextAsync("At 03:00");
        await page.GetByRole(AriaRole.Switch, new() { Name = "Letta agents" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The backup settings were saved.")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Add target…" }).ClickAsync();
        await dialog.GetByLabel("Name").FillAsync("NAS");
        await dialog.GetByLabel("Folder").FillAsync(folder + "-gone");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("was not found. Mount it");
        await dialog.GetByLabel("Folder").FillAsync(folder);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("written, read and deleted");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = folder });
        await Expect(row).ToContainTextAsync("30 days");

        await row.GetByRole(AriaRole.Button, new() { Name = "Retention of NAS" }).ClickAsync();
        await dialog.GetByLabel("Age").FillAsync("");
        await dialog.GetByLabel("Daily").FillAsync("3");
        await Expect(dialog).ToContainTextAsync("3 would be there.");
        await dialog.GetByText("As a table").ClickAsync();
        await Expect(dialog).ToContainTextAsync("newest of ");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(row).ToContainTextAsync("3 daily");

        await row.GetByLabel("More for NAS").ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var confirm = page.GetByRole(AriaRole.Dialog);
        await confirm.GetByLabel("Type NAS to confirm").FillAsync("NAS");
        await confirm.GetByRole(AriaRole.Button, new() { Name = "Delete target" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_viewer_sees_the_settings_and_changes_nothing()
    {
        var page = await OpenAsync(console, "/backups/settings", BrowserConsole.Vera);

        await Expect(page.GetByLabel("Full backup every")).ToBeDisabledAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add target…" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Jobs that back up" })).ToContainTextAsync("Daily backup");
        await page.GetByRole(AriaRole.Button, new() { Name = "Retention of This machine" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByLabel("Age")).ToBeDisabledAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("would be there.");
        Assert.Empty(await page.FindFaultsAsync());
    }
}

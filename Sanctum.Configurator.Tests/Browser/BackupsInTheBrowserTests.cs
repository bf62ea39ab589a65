using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class BackupsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task What_was_changed_is_seen_restored_and_brought_back_by_undo()
    {
        var page = await OpenAsync(console, "/backups");
        await page.GetByRole(AriaRole.Button, new() { Name = "Back up now" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "-full" })).ToContainTextAsync("Recoverable");
        var before = await TenAsync();
        await SaveAsync(
            console,
            new
            {
                smcp_port = 9123,
                flask_port = 5123,
                sanctum_base_path = "~/elsewhere",
                letta_data_path = "~/.elsewhere",
                ollama_base_url = "http://localhost:11999",
                letta_server_address = "https://elsewhere.example",
                letta_server_port = 8443,
                letta_connection_timeout = 31,
                letta_check_interval = 61,
                debug_mode = true,
            }
        );
        var changed = await TenAsync();
        Assert.All(before.Zip(changed), pair => Assert.NotEqual(pair.First, pair.Second));

        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Restore .*-full$") }).First.ClickAsync();
        await RestoreAsync(page, "~/elsewhere");
        Assert.Equal(before, await TenAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo restore" }).ClickAsync();
        await RestoreAsync(page, "~/sanctum");
        Assert.Equal(changed, await TenAsync());
    }

    [Fact]
    public async Task A_backup_is_saved_for_the_password_and_taken_again_where_it_is_missing()
    {
        var page = await OpenAsync(console, "/backups");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await BackUpAsync(page, "Saved elsewhere");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Saved elsewhere" });

        await row.GetByLabel(new Regex("^More for ")).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Download…" }).ClickAsync();
        await dialog.GetByLabel("Your password").FillAsync("not my password");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("The current password is wrong.");
        await dialog.GetByLabel("Your password").FillAsync(ConsoleServer.Password);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        var link = dialog.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Save the file") });
        var address = await link.GetAttributeAsync("href");
        var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        Assert.Equal(403, (await page.APIRequest.GetAsync(new Uri(console.Address, address!).ToString())).Status);

        await row.GetByLabel(new Regex("^More for ")).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByLabel(new Regex("^Type .* to confirm$")).FillAsync(Path.GetFileNameWithoutExtension(download.SuggestedFilename));
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete backup" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);

        await page.GetByLabel("More on backups").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload…" }).ClickAsync();
        await (await dialog.GetByLabel("File").OnceItTakesFilesAsync()).SetInputFilesAsync(await download.PathAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Upload" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Uploaded on" })).ToContainTextAsync("Not tested");
    }

    /// <summary>Backs up with a note, and waits until it is proven.</summary>
    private static async Task BackUpAsync(IPage page, string note)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Options…" }).ClickAsync();
        await dialog.GetByLabel("Note").FillAsync(note);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Back up" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = note })).ToContainTextAsync("Recoverable");
    }

    private async Task<IReadOnlyList<string?>> TenAsync()
    {
        var values = new List<string?>();
        foreach (
            var column in new[]
            {
                "smcp_port",
                "flask_port",
                "sanctum_base_path",
                "letta_data_path",
                "ollama_base_url",
                "letta_server_address",
                "letta_server_port",
                "letta_connection_timeout",
                "letta_check_interval",
                "debug_mode",
            }
        )
        {
            values.Add(await SavedAsync(console, column));
        }

        return values;
    }

    [Fact]
    public async Task An_encrypted_backup_asks_for_its_passphrase_and_says_when_it_is_wrong()
    {
        var page = await OpenAsync(console, "/backups", BrowserConsole.Ada);
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Options…" }).ClickAsync();
        await ChooseAsync(dialog.GetByRole(AriaRole.Combobox, new() { Name = "Kind" }), "Config only");
        await dialog.GetByLabel("Note").FillAsync("For the safe");
        await dialog.GetByLabel("Passphrase", new() { Exact = true }).FillAsync("short");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Back up" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("A passphrase has at least 12 characters.");
        await dialog.GetByLabel("Passphrase", new() { Exact = true }).FillAsync("the lamp is lit at nine");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Back up" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "For the safe" });
        await Expect(row).ToContainTextAsync("Recoverable");

        await row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Restore ") }).ClickAsync();
        await dialog.GetByLabel("Passphrase", new() { Exact = true }).FillAsync("the lamp is out by ten");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Show the difference" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("The passphrase is wrong");
        await page.Keyboard.PressAsync("Escape");

        await row.GetByLabel(new Regex("^More for ")).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await dialog.GetByLabel("Passphrase", new() { Exact = true }).FillAsync("the lamp is lit at nine");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("verified");
        await Expect(dialog).ToContainTextAsync("registry.db");
    }

    [Fact]
    public async Task A_viewer_sees_the_backups_and_no_button_that_would_refuse_him()
    {
        var page = await OpenAsync(console, "/backups", BrowserConsole.Vera);

        await Expect(page.GetByText(new Regex("^(Recoverable|Not recoverable yet)$")).First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Back up now" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^(Restore|More for) ") })).ToHaveCountAsync(0);
        await Expect(page.GetByLabel(new Regex("^More (on|for) "))).ToHaveCountAsync(0);
    }

    /// <summary>Goes through the dialog: the difference, the name, the password.</summary>
    private static async Task RestoreAsync(IPage page, string now)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Show the difference" }).ClickAsync();
        await dialog.GetByText("Changes back row 1").ClickAsync();
        await Expect(dialog).ToContainTextAsync(now);
        Assert.Empty(await page.FindFaultsAsync());
        var name = (await dialog.GetByRole(AriaRole.Heading).InnerTextAsync())["Restore ".Length..];
        await dialog.GetByLabel($"Type {name} to confirm").FillAsync(name);
        await dialog.GetByLabel("Your password").FillAsync(ConsoleServer.Password);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
    }
}

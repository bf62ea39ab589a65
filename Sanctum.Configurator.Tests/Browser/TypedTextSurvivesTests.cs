using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>Nobody loses what he typed: not to the network, not to a restart, not to a wrong click.</summary>
public sealed class TypedTextSurvivesTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    private const string Lost = "Connection lost.";

    [Fact]
    public async Task A_lost_connection()
    {
        var line = new CutLine();
        var page = await OpenAsync(console, "/system-settings", before: line.LayAsync);
        await Field(page, "Sanctum folder").FillAsync("~/before");
        await Expect(SaveBar(page)).ToContainTextAsync("1 unsaved change");

        await line.CutAsync();
        await Expect(page.GetByText(Lost)).ToBeVisibleAsync();
        await Field(page, "Letta data folder").FillAsync("~/meanwhile");
        line.Mend();

        await Expect(page.GetByText(Lost)).ToBeHiddenAsync();
        await Expect(Field(page, "Sanctum folder")).ToHaveValueAsync("~/before");
        await Expect(Field(page, "Letta data folder")).ToHaveValueAsync("~/meanwhile");
        await Expect(SaveBar(page)).ToContainTextAsync("2 unsaved changes");
        await page.Keyboard.PressAsync("Control+s");
        await Expect(page.GetByText("2 changes saved.")).ToBeVisibleAsync();
        Assert.Equal("~/meanwhile", await SavedAsync(console, "letta_data_path"));
    }

    [Fact]
    public async Task A_search_is_made_after_a_lost_connection()
    {
        var line = new CutLine();
        var page = await OpenAsync(console, "/users", before: line.LayAsync);
        var administrator = page.GetByRole(AriaRole.Cell, new() { Name = ConsoleServer.Administrator })
            .Or(page.GetByRole(AriaRole.Rowheader, new() { Name = ConsoleServer.Administrator }))
            .First;
        await Expect(administrator).ToBeVisibleAsync();

        await line.CutAsync();
        await Expect(page.GetByText(Lost)).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search users" }).FillAsync("nobody");
        line.Mend();

        await Expect(page.GetByText(Lost)).ToBeHiddenAsync();
        await Expect(page).ToHaveURLAsync(new Regex("search=nobody"));
        await Expect(administrator).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_restart_of_the_console()
    {
        await using var process = new ConsoleProcess();
        await process.StartAsync();
        var page = await OpenAsStrangerAsync();
        await BrowserConsole.SignInAsync(page, process.Address, ConsoleServer.Administrator);
        await page.GotoAsync(new Uri(process.Address, "/system-settings").ToString());
        await Field(page, "Sanctum folder").FillAsync("~/before");
        await Expect(SaveBar(page)).ToContainTextAsync("1 unsaved change");

        await process.KillAsync();
        await Expect(page.GetByText(Lost)).ToBeVisibleAsync();
        await Field(page, "Letta data folder").FillAsync("~/meanwhile");
        await process.StartAsync();

        await Expect(page.GetByText("Your unsaved changes have been restored.")).ToBeVisibleAsync();
        await Expect(SaveBar(page)).ToContainTextAsync("2 unsaved changes");
        await Expect(Field(page, "Sanctum folder")).ToHaveValueAsync("~/before");
        await Expect(Field(page, "Letta data folder")).ToHaveValueAsync("~/meanwhile");
    }

    [Fact]
    public async Task A_reload_after_the_browser_has_asked()
    {
        var page = await OpenAsync(console, "/system-settings");
        await Field(page, "Ollama address").FillAsync("http://models.example:11434");
        await Expect(SaveBar(page)).ToContainTextAsync("1 unsaved change");
        await page.WaitForFunctionAsync("() => Object.keys(sessionStorage).some(key => key.startsWith('settings-draft'))");
        var asked = new TaskCompletionSource<string>();
        page.Dialog += async (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            await dialog.AcceptAsync();
        };

        await page.ReloadAsync();

        Assert.Equal("beforeunload", await asked.Task.WaitAsync(Cancel));
        await Expect(page.GetByText("Your unsaved changes have been restored.")).ToBeVisibleAsync();
        await Expect(Field(page, "Ollama address")).ToHaveValueAsync("http://models.example:11434");
        await SaveBar(page).GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(Field(page, "Ollama address")).ToHaveValueAsync("http://localhost:11434");
    }

    [Fact]
    public async Task A_secret_that_was_typed_is_kept_sealed()
    {
        var page = await OpenAsync(console, "/system-settings");
        await Field(page, "Anthropic API key").FillAsync("sk-canary-typed-not-saved");
        await Expect(SaveBar(page)).ToContainTextAsync("a new secret");
        await page.WaitForFunctionAsync("() => Object.keys(sessionStorage).some(key => key.startsWith('settings-draft'))");

        var kept = await page.EvaluateAsync<string>("() => JSON.stringify(sessionStorage) + JSON.stringify(localStorage)");

        Assert.DoesNotContain("canary", kept, StringComparison.Ordinal);
        await SaveBar(page).GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(SaveBar(page)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_wrong_click_that_would_lead_away()
    {
        var page = await OpenAsync(console, "/system-settings");
        await Field(page, "Web app port").FillAsync("5005");
        await Expect(SaveBar(page)).ToContainTextAsync("1 unsaved change");
        var away = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Letta" });
        var question = page.GetByRole(AriaRole.Dialog, new() { Name = "Leave without saving?" });

        await away.ClickAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(question).ToBeHiddenAsync();
        await Expect(Field(page, "Web app port")).ToHaveValueAsync("5005");
        await away.ClickAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Letta server", Level = 1 })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "System settings" }).First.ClickAsync();
        await Expect(Field(page, "Web app port")).ToHaveValueAsync("5000");
    }

    /// <summary>The wire between one page and the console.</summary>
}

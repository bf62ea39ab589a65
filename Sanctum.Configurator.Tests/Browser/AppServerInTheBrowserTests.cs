using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>A Letta App Server is chosen, tested before it is saved, and named wherever its state is shown.</summary>
public sealed partial class AppServerInTheBrowserTests(BrowserRun run, BrowserConsole console)
    : BrowserTest(run),
        IClassFixture<BrowserConsole>
{
    [GeneratedRegex(@"^App Server \d+ ms$")]
    private static partial Regex AppServerAnswers();

    [Fact]
    public async Task An_operator_chooses_the_kind_tests_the_server_and_saves_it()
    {
        await using var server = await FakeAppServer.StartAsync(agents: 2);
        var page = await OpenAsync(console, "/system-settings", ConsoleServer.Administrator);
        var kind = page.GetByRole(AriaRole.Combobox, new() { Name = "Kind" });
        var test = page.GetByRole(AriaRole.Button, new() { Name = "Test connection" });

        await ChooseAsync(kind, "Letta V1");
        await Field(page, "Address").FillAsync("http://localhost");
        await Field(page, "Port").FillAsync($"{server.Port}");
        await Field(page, "Token").FillAsync(FakeAppServer.Password);
        await test.ClickAsync();
        await Expect(page.Locator(".mud-alert-text-error", new() { HasText = "Another kind of server" }))
            .ToContainTextAsync("but Kind is set to Letta V1");

        await ChooseAsync(kind, "Letta App Server");
        await test.ClickAsync();
        await Expect(page.Locator(".mud-alert-text-success", new() { HasText = "Connected to Letta App Server 0.32.18" }))
            .ToContainTextAsync("2 agents");
        await page.Keyboard.PressAsync("Control+s");
        await Expect(page.GetByText("4 changes saved.")).ToBeVisibleAsync();

        Assert.Equal("app_server", await SavedAsync(console, "letta_server_kind"));
        var chip = page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Link, new() { NameRegex = AppServerAnswers() });
        await Expect(chip).ToBeVisibleAsync();
    }
}

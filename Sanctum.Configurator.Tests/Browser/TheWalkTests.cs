using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>What somebody does on the first day, from the link on the console to the way back.</summary>
public sealed class TheWalkTests(BrowserRun run) : BrowserTest(run)
{
    private readonly ConsoleServer _console = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _console.Set("SANCTUM_ADMIN_USERNAME", null);
        _console.Set("SANCTUM_ADMIN_PASSWORD", null);
        _console.Set("SANCTUM_API_KEY", null);
        await _console.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _console.DisposeAsync();
    }

    [Theory]
    [InlineData(1280, 800)]
    [InlineData(390, 844)]
    public async Task A_new_console_is_set_up_connected_to_Letta_and_set_back(int width, int height)
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Version = "0.17.0" });
        var page = await OpenAsStrangerAsync(width, height);

        await page.GotoAsync(await SetUpLinkAsync());
        await page.GetByLabel("User name").FillAsync("ada");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(ConsoleServer.Password);
        await page.GetByLabel("The password again").FillAsync(ConsoleServer.Password);
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the administrator" }).ClickAsync();
        await Expect(page.GetByText("First steps")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Connect the Letta server" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "System Settings" })).ToBeVisibleAsync();

        await Field(page, "Address").FillAsync("http://localhost");
        await Field(page, "Port").FillAsync($"{letta.Port}");
        await Field(page, "Token").FillAsync(FakeLetta.Password);
        await SaveBar(page).GetByText("3 unsaved changes").ClickAsync();
        await Expect(SaveBar(page)).ToContainTextAsync("was https://localhost");
        await Expect(SaveBar(page)).ToContainTextAsync("becomes http://localhost");
        await Expect(SaveBar(page)).ToContainTextAsync($"becomes {letta.Port}");
        await Expect(SaveBar(page)).ToContainTextAsync("becomes a new secret");
        Assert.DoesNotContain(FakeLetta.Password, await page.ContentAsync(), StringComparison.Ordinal);
        await AssertFitsAsync(page, width);
        await page.Keyboard.PressAsync("Control+s");
        await Expect(page.GetByText("3 changes saved.")).ToBeVisibleAsync();
        await Expect(SaveBar(page)).ToBeHiddenAsync();

        var test = page.GetByRole(AriaRole.Button, new() { Name = "Test connection" });
        await test.ClickAsync();
        await Expect(page.Locator(".mud-alert-text-success", new() { HasText = "Connected to Letta 0.17.0" }))
            .ToContainTextAsync("3 agents");
        await letta.StopAsync();
        await test.ClickAsync();
        await Expect(page.Locator(".mud-alert-text-error", new() { HasText = "Refused" }))
            .ToContainTextAsync($"nothing listens on port {letta.Port}");

        await Field(page, "Timeout").FillAsync("12");
        await Expect(SaveBar(page)).ToContainTextAsync("becomes 12");
        await page.Keyboard.PressAsync("Control+s");
        await Expect(page.GetByText("1 change saved.")).ToBeVisibleAsync();
        var main = page.GetByRole(AriaRole.Main);
        await main.GetByRole(AriaRole.Link, new() { Name = "History", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "History of the settings" })).ToBeVisibleAsync();
        var restore = main.GetByRole(AriaRole.Button, new() { Name = "Restore to change" });
        await Expect(restore.Nth(1)).ToBeVisibleAsync();
        await AssertFitsAsync(page, width);
        await restore.Nth(1).ClickAsync();
        var question = page.GetByRole(AriaRole.Dialog);
        await Expect(question).ToContainTextAsync("Timeout: 12 → 30");
        await question.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        await Expect(page.GetByText("1 setting restored.")).ToBeVisibleAsync();
        await main.GetByRole(AriaRole.Link, new() { Name = "System Settings" }).ClickAsync();
        await Expect(Field(page, "Timeout")).ToHaveValueAsync("30");
        await Expect(Field(page, "Port")).ToHaveValueAsync($"{letta.Port}");
    }

    /// <summary>Nothing is wider than the screen.</summary>
    private static async Task AssertFitsAsync(IPage page, int width) =>
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width);

    /// <summary>The link, as soon as it is written: just after the console answers for the first time.</summary>
    private async Task<string> SetUpLinkAsync()
    {
        using var written = new FileSystemWatcher(_console.Home, Path.GetFileName(_console.SetUpLinkFile));
        var change = new TaskCompletionSource();
        written.Changed += (_, _) => change.TrySetResult();
        written.EnableRaisingEvents = true;
        if (!File.Exists(_console.SetUpLinkFile) || new FileInfo(_console.SetUpLinkFile).Length == 0)
        {
            await change.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        }

        return (await File.ReadAllTextAsync(_console.SetUpLinkFile, Cancel)).Trim();
    }
}

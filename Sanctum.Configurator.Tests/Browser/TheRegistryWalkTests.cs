using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Features.Tools.Curl;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>
/// A morning with the registry: agents of the server are adopted, one is changed and set back, plugins are disabled, and a tool is made and
/// run.
/// </summary>
public sealed class TheRegistryWalkTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    private const string Agreed = "The agent on the server matches the registry.";
    private const string Before = "You are a helpful agent.";
    private const string After = "You are a keeper of bees.";

    [Fact]
    public async Task Twenty_five_agents_are_adopted_one_is_pushed_and_set_back_plugins_are_disabled_and_a_command_is_run()
    {
        var there = new FakeLettaAgents(25);
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await using var server = new EchoServer();
        await ConnectAsync(console, letta);
        var page = await OpenAsync(console, "/system-settings");

        await AdoptAsync(page);
        await ChangeAndPushAsync(page);
        Assert.Equal(After, (string)there.Read(12)["system"]!);
        await UndoAndPushAsync(page);
        Assert.Equal(Before, (string)there.Read(12)["system"]!);
        await DisablePluginsAsync(page);
        await RunCommandAsync(page, server);
        Assert.Empty(await page.FindFaultsAsync());
    }

    private static async Task AdoptAsync(IPage page)
    {
        await GoAsync(page, "Agents");
        await page.GetByRole(AriaRole.Button, new() { Name = "Synchronise" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Tab, new() { NameRegex = new Regex("^New") })).ToContainTextAsync("25");
        await page.GetByRole(AriaRole.Button, new() { Name = "Adopt all 25" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Agents", Exact = true }).GetByRole(AriaRole.Row)).ToHaveCountAsync(26);
    }

    private static async Task ChangeAndPushAsync(IPage page)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Link, new() { Name = "Agent 12", Exact = true }).ClickAsync();
        await Expect(page.GetByText(Agreed)).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit…" }).ClickAsync();
        await dialog.GetByLabel("System prompt").FillAsync(After);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await PushAsync(page, After);
    }

    /// <summary>The change is taken back in the history, and the server gets the agent as it was.</summary>
    private static async Task UndoAndPushAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare and undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "History", Level = 1 })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Row)
            .Filter(new() { HasText = "system" })
            .GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Undo change") })
            .First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync(Before);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Expect(page.GetByText("undid change")).ToBeVisibleAsync();

        await GoAsync(page, "Agents");
        await page.GetByRole(AriaRole.Link, new() { Name = "Agent 12", Exact = true }).ClickAsync();
        await PushAsync(page, Before);
    }

    private static async Task PushAsync(IPage page, string system)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Differences from the Letta server" })).ToContainTextAsync(system);
        await page.GetByRole(AriaRole.Button, new() { Name = "Push ours…" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync(system);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Push ours" }).ClickAsync();
        await Expect(page.GetByText(Agreed)).ToBeVisibleAsync();
    }

    private static async Task DisablePluginsAsync(IPage page)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await GoAsync(page, "Plugins");
        foreach (var (name, needs) in new[] { ("ground", ""), ("house", "ground ^1"), ("roof", "house") })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Add…" }).ClickAsync();
            await dialog.GetByLabel("Name").FillAsync(name);
            await dialog.GetByLabel("Version").FillAsync("1.0.0");
            await dialog.GetByLabel("Needs").FillAsync(needs);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToBeVisibleAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Disable ground" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["roof plugin", "house plugin", "ground plugin"]);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disable 3" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Enable roof" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Enable ground" })).ToBeVisibleAsync();
    }

    private static async Task RunCommandAsync(IPage page, EchoServer server)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await GoAsync(page, "Tools");
        await page.GetByRole(AriaRole.Button, new() { Name = "From cURL…" }).ClickAsync();
        await dialog
            .GetByLabel("Command")
            .FillAsync($"curl -X POST http://{server.Host}/hive -H 'Content-Type: application/json' -d '{{\"bees\":12}}'");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Read it" }).ClickAsync();
        await dialog.GetByLabel("Name").FillAsync("Count the bees");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create and try" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Run succeeded");
        var sent = server.Take();
        Assert.Equal(("POST", "/hive", """{"bees":12}"""), (sent?.Method, sent?.Target, sent?.Body));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).Last.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Count the bees" })).ToContainTextAsync("Healthy");
    }

    private static async Task GoAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })
            .GetByRole(AriaRole.Link, new() { Name = name, Exact = true })
            .ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 })).ToBeVisibleAsync();
    }
}

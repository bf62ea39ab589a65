using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class AgentsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact(Timeout = Deadline)]
    public async Task Agents_are_synchronised_adopted_compared_taken_and_pushed()
    {
        var there = new FakeLettaAgents(25);
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await SaveAsync(console, new { letta_server_address = "http://localhost", letta_server_port = letta.Port, letta_server_token = FakeLetta.Password });
        var page = await OpenAsync(console, "/agents");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Synchronise" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Tab, new() { NameRegex = new Regex("^New there") })).ToContainTextAsync("25");
        Assert.Empty((await page.RunAxe()).Violations);

        await page.GetByRole(AriaRole.Button, new() { Name = "Adopt all 25" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Agents", Exact = true }).GetByRole(AriaRole.Row)).ToHaveCountAsync(26);
        there.Change(7, agent => agent["system"] = "You are wise.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Synchronise" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { NameRegex = new Regex("^Differs") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Agents that differ" })).ToContainTextAsync("system");
        await page.GetByRole(AriaRole.Table, new() { Name = "Agents that differ" }).GetByRole(AriaRole.Link, new() { Name = "Agent 7" }).ClickAsync();

        var differences = page.GetByRole(AriaRole.Table, new() { Name = "Differences from the Letta server" });
        await Expect(differences).ToContainTextAsync("You are wise.");
        Assert.Empty((await page.RunAxe()).Violations);
        await page.GetByRole(AriaRole.Button, new() { Name = "Take theirs…" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("You are wise.");
        Assert.Empty((await page.RunAxe()).Violations);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take theirs" }).ClickAsync();
        await Expect(page.GetByText("It is on the server as the registry declares it.")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit…" }).ClickAsync();
        await dialog.GetByLabel("System prompt").FillAsync("You are brief.");
        await dialog.GetByLabel("Tags").FillAsync("team, brief");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(differences).ToContainTextAsync("You are brief.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Push ours…" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("brief, team");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Push ours" }).ClickAsync();
        await Expect(page.GetByText("It is on the server as the registry declares it.")).ToBeVisibleAsync();
        Assert.Equal("You are brief.", (string)there.Read(7)["system"]!);
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Changes of this agent" })).ToContainTextAsync("push");

        await page.SetViewportSizeAsync(390, 800);
        await AssertFitsAsync(page);
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Agents", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Agents", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Agent 7", Exact = true })).ToBeVisibleAsync();
        await AssertFitsAsync(page);
    }

    private static async Task AssertFitsAsync(IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than the screen.");
}

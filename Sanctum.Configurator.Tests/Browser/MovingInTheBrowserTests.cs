using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>Agents are moved from a V1 server to an App Server: plan, dry run, move, compare, report; the page is left and found again.</summary>
public sealed class MovingInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    private const string Path = "/agents/move-from-v1";

    [Fact]
    public async Task Agents_are_planned_tried_moved_and_reported_and_the_move_outlives_its_page()
    {
        await using var v1 = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new FakeLettaAgents(3) });
        await using var server = await FakeAppServer.StartAsync();
        server.Models.Add("openai/gpt-4.1");
        await SaveAsync(
            console,
            new
            {
                letta_server_address = "http://localhost",
                letta_server_port = server.Port,
                letta_server_token = FakeAppServer.Password,
            }
        );
        var page = await OpenAsync(console, Path);
        await Field(page, "Address").FillAsync("http://localhost");
        await Field(page, "Port").FillAsync($"{v1.Port}");
        await Field(page, "Token").FillAsync(FakeLetta.Password);
        await PressAsync(page, "Test connection");
        await Expect(page.Locator(".mud-alert", new() { HasText = "Connected to Letta" }).First).ToBeVisibleAsync();
        await SeeAsync(page);
        await PressAsync(page, "Save and read its agents");

        await PressAsync(page, "Choose all 3");
        await SeeAsync(page);
        await PressAsync(page, "Plan 3 agents");
        await Expect(page.GetByText("Stays behind", new() { Exact = true }).First).ToBeVisibleAsync();
        await SeeAsync(page);
        await PressAsync(page, "Dry run");
        await Expect(page.GetByText("Dry run: nothing was written")).ToBeVisibleAsync();
        Assert.Empty(server.Agents);
        await SeeAsync(page);

        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.OnCommand = async command =>
        {
            if ((string?)command["type"] == "agent_create" && server.Agents.Count == 1)
            {
                reached.TrySetResult();
                await go.Task.WaitAsync(TimeSpan.FromMinutes(1));
            }
        };
        await PressAsync(page, "Move 3 agents");
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        await Expect(page.GetByText("1 of 3")).ToBeVisibleAsync();
        await SeeAsync(page);

        await page.GotoAsync(new Uri(console.Address, "/agents").ToString());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(console.Address, Path).ToString());
        await Expect(page.GetByText("1 of 3")).ToBeVisibleAsync();
        await PressAsync(page, "Stop");
        await Expect(page.GetByText("Stopping after the present agent")).ToBeVisibleAsync();
        go.SetResult();
        await Expect(page.GetByText("It was stopped")).ToBeVisibleAsync();
        await SeeAsync(page);

        await page.ReloadAsync();
        await Expect(page.GetByText("The last move")).ToBeVisibleAsync();
        await SeeAsync(page);
        await PressAsync(page, "Go on with the 1 agent left");
        await Expect(page.GetByText("All agents were moved")).ToBeVisibleAsync();
        var report = page.GetByRole(AriaRole.Table, new() { Name = "Report" });
        await Expect(report.GetByText("Identical")).ToHaveCountAsync(3);
        Assert.Equal(3, server.Agents.Count);
        var download = await page.RunAndWaitForDownloadAsync(() => PressAsync(page, "Report as Markdown"));
        Assert.StartsWith("move-from-v1-", download.SuggestedFilename, StringComparison.Ordinal);
        await SeeAsync(page);
    }

    [Fact]
    public async Task What_waits_in_the_queue_is_seen_cancelled_and_let_go_on()
    {
        await using var server = await FakeAppServer.StartAsync(1);
        await SaveAsync(
            console,
            new
            {
                letta_server_address = "http://localhost",
                letta_server_port = server.Port,
                letta_server_token = FakeAppServer.Password,
            }
        );
        using var root = console.WithKey(ConsoleServer.FirstKey);
        using var adopted = await root.SendAsync(
            HttpMethod.Post,
            "/api/agents/adopt",
            new { letta_uids = new[] { FakeAppServer.IdOf(1) } }
        );
        var id = System.Text.Json.Nodes.JsonNode.Parse(await adopted.Content.ReadAsStringAsync(Cancel))!["ids"]![0];
        var page = await OpenAsync(console, $"/agents/{id}?tab=messages");
        var waiting = page.GetByRole(AriaRole.Region, new() { Name = "Messages that wait" });
        foreach (var text in new[] { "SLOW", "What is new?", "And then?" })
        {
            await page.GetByLabel("Message to Agent 1").FillAsync(text);
            await PressAsync(page, "Send");
            await Expect(page.GetByText("What you send now waits until it is done.")).ToBeVisibleAsync();
            await Expect(page.GetByLabel("Message to Agent 1")).ToHaveValueAsync("");
        }

        await Expect(waiting.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await SeeAsync(page);
        await page.ReloadAsync();
        await Expect(waiting.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel message 1" }).ClickAsync();
        await Expect(waiting).Not.ToContainTextAsync("What is new?");
        await PressAsync(page, "Stop");
        await Expect(waiting).ToContainTextAsync("Paused");
        await SeeAsync(page);
        await PressAsync(page, "Let the queue go on");

        await Expect(waiting).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("Hello from fake");
        server.Skills.Add(
            new()
            {
                ["name"] = "cooking",
                ["description"] = "How to cook.",
                ["source"] = "global",
                ["path"] = "/skills/cooking/SKILL.md",
            }
        );
        await page.GetByLabel("Message to Agent 1").FillAsync("Hello");
        await PressAsync(page, "Send");
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("Hello");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Skills" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Skills" })).ToContainTextAsync("enabled for all agents");
        Assert.EndsWith("tab=skills", page.Url, StringComparison.Ordinal);
        await SeeAsync(page);
        await page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("tab=history$"));
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "History" })).ToHaveAttributeAsync("aria-selected", "true");
    }

    private static Task PressAsync(IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>Good for everybody, in both themes, and on a phone.</summary>
    private static async Task SeeAsync(IPage page)
    {
        foreach (var theme in new[] { "dark", "light" })
        {
            await page.EvaluateAsync("theme => sanctumTheme.set(theme)", theme);
            Assert.Empty(await page.FindFaultsAsync());
            await page.SetViewportSizeAsync(390, 844);
            await AssertFitsAsync(page);
            await page.SetViewportSizeAsync(1280, 800);
        }
    }
}

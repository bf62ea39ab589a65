using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>What operators see of the queue and do in it, beside what <see cref="TheMessagingWalkTests"/> does.</summary>
public sealed class QueueInTheBrowserTests(BrowserRun run, QueueInTheBrowserTests.AnsweringConsole console)
    : BrowserTest(run),
        IClassFixture<QueueInTheBrowserTests.AnsweringConsole>
{
    [Fact]
    public async Task What_waits_for_a_paused_agent_is_cancelled_and_taken_back()
    {
        await console.PauseAsync();
        var last = await console.SendAsync("ada", "Never mind");
        var page = await OpenAsync(console, $"/queue?entry={last}");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel message" }).ClickAsync();
        await Expect(dialog.GetByText("Cancelled", new() { Exact = true })).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo: Cancel of 1 message" }).ClickAsync();
        await Expect(Row(page, "Never mind")).ToContainTextAsync("Pending");
        await Expect(Row(page, "Never mind")).ToContainTextAsync("The agent is paused.");
    }

    [Fact]
    public async Task A_viewer_sees_nothing_of_it()
    {
        var page = await OpenAsync(console, "/queue", BrowserConsole.Vera);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Access denied" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Queue" })).ToHaveCountAsync(0);
    }

    [Theory, InlineData(1280), InlineData(390)]
    public async Task The_page_fits(int width)
    {
        await console.SendAsync("ada", new string('x', 300));
        var page = await OpenAsync(console, "/queue");
        await page.SetViewportSizeAsync(width, 844);
        await Expect(page.Locator(".queue-count").First).ToBeVisibleAsync();
        await AssertFitsAsync(page);
    }

    private static ILocator Row(IPage page, string text) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = text });

    /// <summary>A console whose agent answers, on a V1 server of the test's own.</summary>
    public sealed class AnsweringConsole : BrowserConsole
    {
        private readonly FakeLettaAgents _agents = new(1);
        private FakeLetta _letta = null!;
        private Caller _root = null!;

        public FakeLettaTalk Talk => _agents.Talk;

        public override async ValueTask InitializeAsync()
        {
            _letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = _agents });
            Set("Sanctum:letta_server_address", "http://localhost");
            Set("Sanctum:letta_server_port", _letta.Port.ToString(CultureInfo.InvariantCulture));
            Set("Sanctum:letta_server_token", FakeLetta.Password);
            await base.InitializeAsync();
            _root = WithKey(FirstKey);
            await PostAsync("/api/agents/adopt", new { letta_uids = new[] { FakeLettaAgents.IdOf(1) } });
        }

        public override async ValueTask DisposeAsync()
        {
            _root.Dispose();
            await base.DisposeAsync();
            await _letta.DisposeAsync();
        }

        /// <returns>The entry of the queue.</returns>
        public async Task<int> SendAsync(string person, string text) =>
            (int)
                (
                    await PostAsync(
                        "/api/messages",
                        new
                        {
                            platform = "telegram",
                            platform_user_id = person,
                            text,
                            agent = 1,
                        }
                    )
                )["queue_id"]!;

        public Task PauseAsync() => PostAsync("/api/queue/pauses", new { scope = "agent", subject = "1" });

        public async Task<int> CountAsync(string status) =>
            (int)JsonNode.Parse(await _root.ReadAsync("/api/queue/state"))!["counts"]![status]!;

        /// <summary>What fails is not tried again.</summary>
        public Task GiveUpAtOnceAsync() => Sqlite3.RunAsync(Path.Combine(Home, "registry.db"), "UPDATE channels SET most_attempts = 1");

        private async Task<JsonNode> PostAsync(string path, object body)
        {
            using var answer = await _root.SendAsync(HttpMethod.Post, path, body);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            return JsonNode.Parse(text)!;
        }
    }
}

using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>Somebody talks with a model: reloads the page in the middle, stops, goes on, edits, searches and saves.</summary>
public sealed class ConversationsInTheBrowserTests(BrowserRun run, ConversationsInTheBrowserTests.TalkingConsole console)
    : BrowserTest(run),
        IClassFixture<ConversationsInTheBrowserTests.TalkingConsole>
{
    [Fact]
    public async Task A_conversation_streams_outlives_a_reload_is_stopped_branched_searched_and_saved()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        console.Provider.Words = ["# A story\n\n", "Once upon ", "a time."];
        console.Provider.BeforeWord = number => number == 2 ? gate.Task : Task.CompletedTask;
        var page = await OpenAsync(console, "/conversations");
        await page.GetByLabel("Message", new() { Exact = true }).FillAsync("Tell me a story");
        await page.GetByLabel("Message", new() { Exact = true }).PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("Once upon");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Stop" })).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("Once upon");
        gate.TrySetResult();
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("Once upon a time.");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "A story", Exact = true })).ToBeVisibleAsync();

        gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.GetByLabel("Message", new() { Exact = true }).FillAsync("Another");
        await page.GetByLabel("Message", new() { Exact = true }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Stop" })).ToBeVisibleAsync();
        await Expect(page.Locator(".chat-line")).ToHaveCountAsync(4); // Until then the last one is the first answer.
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("Once upon");
        await page.GetByLabel("Message", new() { Exact = true }).PressAsync("Escape");
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("stopped");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        gate.TrySetResult();
        await Expect(page.Locator(".chat-line").Last).Not.ToContainTextAsync("answering");

        await page.GetByLabel("Message", new() { Exact = true }).PressAsync("ArrowUp");
        await Expect(page.GetByText("You edit an earlier message")).ToBeVisibleAsync();
        await page.GetByLabel("Message", new() { Exact = true }).FillAsync("A shorter one");
        await page.GetByLabel("Message", new() { Exact = true }).PressAsync("Enter");
        await Expect(page.GetByText("2/2")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Previous branch" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("Another");
        Assert.Empty(await page.FindFaultsAsync());

        await page.GetByLabel("Search conversations").FillAsync("story");
        await Expect(page.Locator(".chat-row")).ToHaveCountAsync(1);
        await page.GetByLabel("More on this conversation").ClickAsync();
        var saved = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Export as Markdown").ClickAsync());
        Assert.Contains("Once upon a time.", await File.ReadAllTextAsync(await saved.PathAsync(), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_does_not_come_back_into_the_field_and_one_goes_on_writing()
    {
        console.Provider.BeforeWord = null;
        console.Provider.Words = ["Here:\n\n```css\n", ".card { color: red; }\n", "```\n"];
        var line = new CutLine();
        var page = await OpenAsync(console, "/conversations", before: line.LayAsync);
        var field = page.GetByLabel("Message", new() { Exact = true });
        await field.FillAsync("Colour the card");
        await field.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync(".card");
        await Expect(field).ToBeFocusedAsync();
        await field.FillAsync("And the other");
        await field.PressAsync("Enter");
        await Expect(page.Locator("[data-copy-code]")).ToHaveCountAsync(2);

        await line.CutAsync();
        await Expect(page.GetByText("Connection lost.")).ToBeVisibleAsync();
        line.Mend();
        await Expect(page.GetByText("Connection lost.")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "What was sent" }).First.ClickAsync(); // The page answers again.
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");

        await Expect(field).ToHaveValueAsync("");
        await Expect(page.Locator(".chat-code-head").First).ToContainTextAsync("css");
        await page.Locator("[data-copy-code]").First.ClickAsync();
        await Expect(page.Locator("[data-copy-code]").First).ToHaveAttributeAsync("data-copied", "");
        await field.FocusAsync();
        await page.Keyboard.PressAsync("Control+v");
        await Expect(field).ToHaveValueAsync(new Regex(@"^\.card \{ color: red; \}\n?$"));
    }

    [Theory, InlineData(1280), InlineData(390)]
    public async Task The_page_fits(int width)
    {
        console.Provider.BeforeWord = null;
        console.Provider.Words =
        [
            $"{new string('w', 300)}\n\n```\n{new string('c', 300)}\n```\n\n| a | b |\n|---|---|\n| {new string('t', 200)} | 2 |",
        ];
        var page = await OpenAsync(console, "/conversations");
        await page.SetViewportSizeAsync(width, 844);
        await page.GetByLabel("Message", new() { Exact = true }).FillAsync(new string('q', 300));
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(page.Locator(".chat-table")).ToBeVisibleAsync();
        await AssertFitsAsync(page);
        if (width < 600)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "All conversations" }).ClickAsync();
            await Expect(page.Locator(".chat-row").First).ToBeVisibleAsync();
            await AssertFitsAsync(page);
            await page.Locator(".chat-row").First.ClickAsync();
            await Expect(page.GetByLabel("Message", new() { Exact = true })).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task A_viewer_sees_nothing_of_it()
    {
        var page = await OpenAsync(console, "/conversations", BrowserConsole.Vera);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Access denied" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Conversations" })).ToHaveCountAsync(0);
    }

    /// <summary>A console whose model in force is a provider's of the test's own.</summary>
    public sealed class TalkingConsole : BrowserConsole
    {
        public FakeProvider Provider { get; private set; } = null!;

        public override async ValueTask InitializeAsync()
        {
            Provider = await FakeProvider.StartAsync();
            await base.InitializeAsync();
            using var root = WithKey(FirstKey);
            using var made = await root.SendAsync(
                HttpMethod.Post,
                "/api/llm-configs",
                new
                {
                    type = "compatible",
                    model = "fine",
                    base_url = Provider.Address,
                }
            );
            var row = await made.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
            using var activated = await root.SendAsync(HttpMethod.Post, $"/api/llm-configs/{row!["id"]}/activate");
            Assert.True(activated.IsSuccessStatusCode, $"{activated.StatusCode}");
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Provider.DisposeAsync();
        }
    }
}

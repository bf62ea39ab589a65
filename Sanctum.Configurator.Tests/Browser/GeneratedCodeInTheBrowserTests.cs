using System.Net;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>Somebody asks for a component, finds it in the archive, looks at it, compares it; and has his theme everywhere.</summary>
public sealed class GeneratedCodeInTheBrowserTests(BrowserRun run, ConversationsInTheBrowserTests.TalkingConsole console)
    : BrowserTest(run),
        IClassFixture<ConversationsInTheBrowserTests.TalkingConsole>
{
    internal const string Cards = """
        Two ways to do it.

        ## Variant A

        ```html title="PricingCard.html"
        <style>.card { padding: 24px; border: 1px solid #ccc; border-radius: 12px; font: 16px system-ui; max-width: 240px }</style>
        <div class="card"><h2>Pro</h2><p>9 a month</p><button>Buy</button></div>
        ```

        ## Variant B

        ```html title="PricingCard.html"
        <style>.card { padding: 24px; border-radius: 12px; font: 16px system-ui; background: #123; color: #fff; max-width: 240px }</style>
        <div class="card"><h2>Pro</h2><p>9 a month</p><button>Buy now</button></div>
        ```
        """;

    /// <summary>Tries all ways out of its frame, and writes which are open.</summary>
    private const string Hostile = """
        ```html
        <title>Escape</title><p id="told"></p><script>
        const told = [];
        const attempt = (name, act) => { try { act(); told.push(name + ' open'); } catch { told.push(name + ' shut'); } };
        attempt('parent', () => parent.document.title);
        attempt('cookies', () => document.cookie);
        attempt('storage', () => localStorage.length);
        attempt('top', () => { top.location = 'https://elsewhere.example/'; });
        const loads = src => new Promise(done => {
          const image = new Image();
          image.onload = () => done(true); image.onerror = () => done(false); image.src = src;
        });
        Promise.all([
          fetch('/api/me').then(() => true, () => false),
          loads('/favicon.svg'),
          new Promise(done => {
            const frame = document.createElement('script');
            frame.onload = () => done(true); frame.onerror = () => done(false); frame.src = '/theme.js';
            document.head.append(frame);
          }),
        ]).then(open => {
          const says = open.map((is, at) => ['fetch', 'picture', 'script'][at] + (is ? ' open' : ' shut'));
          document.getElementById('told').textContent = [...told, ...says].join(', ');
        });
        </script>
        ```
        """;

    [Fact]
    public async Task A_component_is_asked_for_archived_found_compared_shown_and_saved()
    {
        var page = await OpenAsync(console, "/conversations");
        await AskAsync(page, "Make a pricing card", Cards);
        await page.GotoAsync(new Uri(console.Address, "/code?name=PricingCard").ToString());
        await Expect(page.Locator(".code-card")).ToHaveCountAsync(2);
        await Expect(page.Locator(".code-card-picture iframe").First.ContentFrame.GetByText("Pro")).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByLabel("Search generated code").FillAsync("now");
        await Expect(page.Locator(".code-card")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "PricingCard", Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "PricingCard, Variant B" })).ToBeVisibleAsync();
        await page.GetByLabel("Compare with").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await Expect(page.Locator(".line-diff ins").Last).ToContainTextAsync("Buy now");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the preview" }).ClickAsync();
        await Expect(page.FrameLocator(".code-preview").GetByText("Buy now")).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        var saved = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.Equal("PricingCard.html", saved.SuggestedFilename);
        await page.GetByRole(AriaRole.Link, new() { Name = "The message" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("Two ways to do it.");
    }

    [Fact]
    public async Task A_preview_can_not_leave_its_frame()
    {
        var page = await OpenAsync(console, "/conversations");
        await AskAsync(page, "Escape", Hostile);
        await page.GotoAsync(new Uri(console.Address, "/code?name=Escape").ToString());
        await Expect(page.FrameLocator(".code-card-picture iframe").Locator("#told")).ToHaveTextAsync(""); // No script runs in a list.
        await page.GetByRole(AriaRole.Link, new() { Name = "Escape", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the preview" }).ClickAsync();

        await Expect(page.FrameLocator(".code-preview").Locator("#told"))
            .ToHaveTextAsync("parent shut, cookies shut, storage shut, top shut, fetch shut, picture shut, script shut");
        Assert.StartsWith(console.Address.ToString(), page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_shown_with_its_style_sheet_and_its_script_and_none_of_them_leaves_the_frame()
    {
        var page = await OpenAsync(console, "/conversations");
        await AskAsync(
            page,
            "A counter",
            """
            ```html title="Counter.html"
            <title>Counter</title><link rel="stylesheet" href="counter.css"><button>Count</button><p id="told"></p>
            <script src="counter.js"></script>
            ```

            ```css title="counter.css"
            @import url(/theme.css); button { background: rgb(1, 2, 3) } body { background: url(/favicon.svg) }
            ```

            ```js title="counter.js"
            let n = 0;
            document.querySelector('button').onclick = () => { document.querySelector('button').textContent = 'Counted ' + ++n; };
            let told = []; try { parent.document.title; told.push('parent open'); } catch { told.push('parent shut'); }
            fetch('/api/me').then(() => told.push('fetch open'), () => told.push('fetch shut'))
              .then(() => { document.getElementById('told').textContent = told.join(', '); });
            ```
            """
        );
        await page.GotoAsync(new Uri(console.Address, "/code?name=counter&language=css").ToString());
        await page.Locator(".code-card a").First.ClickAsync();
        await Expect(page.GetByText("Together with Counter (HTML), counter (JavaScript) of the same answer.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the preview" }).ClickAsync();

        var frame = page.FrameLocator(".code-preview");
        await Expect(frame.Locator("button")).ToHaveCSSAsync("background-color", "rgb(1, 2, 3)");
        await frame.Locator("button").ClickAsync();
        await Expect(frame.Locator("button")).ToHaveTextAsync("Counted 1");
        await Expect(frame.Locator("#told")).ToHaveTextAsync("parent shut, fetch shut");
        Assert.Empty(await page.FindFaultsAsync());
    }

    [Fact]
    public async Task The_gallery_shows_what_comes_and_goes_while_it_is_open()
    {
        var page = await OpenAsync(console, "/code?name=LiveCard");
        await Expect(page.GetByText("Nothing matches")).ToBeVisibleAsync();
        var other = await OpenAsync(console, "/conversations");
        await AskAsync(other, "Live", "```tsx title=\"LiveCard.tsx\"\nexport default function LiveCard() {}\n```");

        await Expect(page.Locator(".code-card")).ToHaveCountAsync(1);
        await other.GotoAsync(new Uri(console.Address, "/code?name=LiveCard").ToString());
        await other.Locator(".code-card a").First.ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Delete code" }).ClickAsync();
        await Expect(page.Locator(".code-card")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_theme_that_is_chosen_is_there_on_another_device()
    {
        var page = await OpenAsync(console, "/account/preferences", BrowserConsole.Vera);
        await ChooseAsync(page.GetByRole(AriaRole.Combobox, new() { Name = "Theme" }), "Light");
        await Field(page, "Preferred style").FillAsync("playful");
        await page.GetByRole(AriaRole.Button, new() { Name = "Text", Exact = true }).ClickAsync();
        await Field(page, "Name 1").FillAsync("framework");
        await Field(page, "Text 1").FillAsync("React");
        await Expect(SaveBar(page)).ToContainTextAsync("3 unsaved changes");
        Assert.Empty(await page.FindFaultsAsync());
        await SaveBar(page).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await Expect(SaveBar(page)).ToHaveCountAsync(0);

        var other = await OpenAsync(console, "/account/preferences", BrowserConsole.Vera);
        await Expect(other.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await Expect(Field(other, "Preferred style")).ToHaveValueAsync("playful");
        await other.GetByTitle("Theme").ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "High contrast" }).ClickAsync();
        await Expect(other.Locator("html")).ToHaveAttributeAsync("data-theme", "contrast");

        // The script shows it at once; the console keeps it a moment later.
        await Wait.UntilAsync(async () =>
        {
            await page.ReloadAsync();
            return await page.Locator("html").GetAttributeAsync("data-theme") == "contrast";
        });
    }

    [Theory, InlineData(1280), InlineData(390)]
    public async Task The_pages_fit(int width)
    {
        await FillAsync(console);
        var page = await OpenAsync(console, "/conversations");
        await page.SetViewportSizeAsync(width, 844);
        await AskAsync(page, new string('q', 300), $"```tsx title=\"{new string('W', 120)}\"\n{new string('c', 500)}\n```");
        foreach (var path in new[] { "/code", "/code/design-files?file=tokens", "/code/design-files", "/account/preferences" })
        {
            await page.GotoAsync(new Uri(console.Address, path).ToString());
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await Expect(page.Locator(".loading")).ToHaveCountAsync(0);
            await AssertFitsAsync(page);
        }

        await page.GotoAsync(new Uri(console.Address, "/code").ToString());
        await page.Locator(".code-card a").First.ClickAsync();
        await Expect(page.Locator(".code-colours")).ToBeVisibleAsync();
        await AssertFitsAsync(page);
    }

    internal static async Task FillAsync(ConsoleServer console)
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        const string Catalog =
            """{"components": [{"name": "Button", "description": "Starts an act.", "props": ["kind", "size"]}, {"name": "Card", "description": "A group of things that belong together.", "props": ["title"]}]}""";
        const string Tokens =
            """{"color": {"primary": {"$value": "#3b5bdb", "$type": "color"}, "surface": {"$value": "#fffdf9"}, "danger": {"$value": "rgb(200, 40, 40)"}}, "space": {"s": "8px", "m": "16px"}, "radius": {"card": 12}}""";
        foreach (var (kind, content) in new[] { ("catalog", Catalog), ("tokens", Tokens) })
        {
            using var made = await root.SendAsync(HttpMethod.Post, "/api/design-files", new { kind, content });
            Assert.True(made.StatusCode is HttpStatusCode.Created or HttpStatusCode.BadRequest, $"{made.StatusCode}");
        }
    }

    private async Task AskAsync(IPage page, string text, string answer)
    {
        console.Provider.BeforeWord = null;
        console.Provider.Words = [answer];
        await page.GetByLabel("Message", new() { Exact = true }).FillAsync(text);
        await page.GetByLabel("Message", new() { Exact = true }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Regenerate" })).ToBeVisibleAsync();
    }
}

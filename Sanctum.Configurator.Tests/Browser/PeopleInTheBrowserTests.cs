using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class PeopleInTheBrowserTests(BrowserRun run, PeopleInTheBrowserTests.TalkingConsole console)
    : BrowserTest(run),
        IClassFixture<PeopleInTheBrowserTests.TalkingConsole>
{
    [Fact]
    public async Task Duplicates_are_found_merged_and_split_and_a_conversation_is_read_on_a_phone()
    {
        var page = await OpenAsync(console, "/people");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Ada" })).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Find duplicates…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Merge Ada and Countess" }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Name" }).CheckAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Merge", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Nobody looks like somebody else")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Countess" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Profiles" }).GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        Assert.Empty(await page.FindFaultsAsync());

        await page.SetViewportSizeAsync(390, 844);
        await page.GetByRole(AriaRole.Tab, new() { Name = "Conversation" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Conversation" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
        Assert.Equal(390, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Empty(await page.FindFaultsAsync());
        await page.SetViewportSizeAsync(1280, 800);

        await page.GetByRole(AriaRole.Tab, new() { Name = "Overview" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Split Countess again" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Ada");
    }

    [Fact]
    public async Task Messages_are_searched_opened_and_noted()
    {
        var page = await OpenAsync(console, "/messages");
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search messages" }).FillAsync("\"the harbour\"");
        await Expect(page.Locator("mark")).ToHaveTextAsync("the harbour");
        Assert.Contains("q=", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "the harbour" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Note…" }).ClickAsync();
        await page.GetByLabel("Note", new() { Exact = true }).FillAsync("Call back");
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByText("Note by root: Call back")).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
    }

    /// <summary>A console with two people who are one.</summary>
    public sealed class TalkingConsole : BrowserConsole
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await Sqlite3.RunAsync(
                Path.Combine(Home, "registry.db"),
                $$"""
                INSERT INTO agents (name) VALUES ('Athena');
                INSERT INTO letta_users (display_name) VALUES ('Ada'), ('Countess');
                INSERT INTO platform_profiles (letta_user_id, platform, platform_user_id, username) VALUES (1, 'telegram', '1', 'ada_l'), (2, 'discord', '2', 'ada_l');
                INSERT INTO messages (letta_user_id, platform_profile_id, role, message, agent_response, agent_id) VALUES
                    (1, 1, 'user', 'Where is the harbour? {{new string('w', 400)}}', 'Behind the {{string.Join(
                    ' ',
                    Enumerable.Repeat("long", 60)
                )}} hill.', 1), (2, 2, 'user', 'Thank you', NULL, 1);
                """
            );
        }
    }
}

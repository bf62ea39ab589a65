using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>
/// A card is asked for, streamed and archived, and "always dark" is remembered; a new conversation uses it, visibly, outlives a reload and
/// the death of the console in the middle of the answer, and goes on.
/// </summary>
public sealed class TheConversationsWalkTests(BrowserRun run) : BrowserTest(run)
{
    private static readonly string[] Card =
    [
        "Here is a card:\n\n",
        "```tsx\nexport function PricingCard() {\n",
        "  return <article>9 a month</article>;\n}\n```\n",
        "\nIt is dark.",
    ];

    [LongFact]
    public async Task From_a_card_to_a_memory_to_an_answer_that_outlives_its_console()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var console = new ConsoleProcess
        {
            Settings = new Dictionary<string, string> { ["Conversations__LeaseSeconds"] = "5" },
        };
        await console.StartAsync();
        await UseAsync(console, provider);
        var page = await SignInAsync(console);
        provider.Words = Card;

        await AskAsync(page, console, "Make a pricing card. Always use dark cards.");
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("It is dark.");
        await Expect(page.Locator(".chat-line").Last).Not.ToContainTextAsync("answering");
        await page.GotoAsync(new Uri(console.Address, "/code").ToString());
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("PricingCard");
        await Wait.UntilAsync(async () =>
            (await console.ReadAsync("/api/memories")).ToJsonString().Contains("dark", StringComparison.Ordinal)
        );

        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        provider.BeforeWord = number => number == 2 ? gate.Task : Task.CompletedTask;
        await AskAsync(page, console, "Make another card with dark corners");
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("PricingCard");
        await page.ReloadAsync();
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("PricingCard");

        await console.KillAsync();
        gate.TrySetResult();
        provider.BeforeWord = null;
        await console.StartAsync();
        await Wait.UntilAsync(async () => await StateAsync(console, page) == "cut_off"); // The page reloads itself.
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("cut off");
        provider.Words = ["  return <article>9</article>;\n}\n```\n\nDone at last."];
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("Done at last.");

        await page.GetByRole(AriaRole.Button, new() { Name = "What was sent" }).ClickAsync();
        var sent = page.GetByRole(AriaRole.Dialog);
        await Expect(sent.GetByRole(AriaRole.Heading, new() { Name = "Memories, and why each was chosen" })).ToBeVisibleAsync();
        await Expect(sent.Locator(".chat-memories")).ToContainTextAsync("dark");
        await Expect(sent.GetByRole(AriaRole.Region, new() { Name = "System prompt" })).ToContainTextAsync("What is remembered");
        Assert.Contains(
            provider.Calls,
            call => call["messages"]![0]!.ToJsonString().Contains("What is remembered", StringComparison.Ordinal)
        );
    }

    [LongFact]
    public async Task The_same_with_an_agent_of_an_app_server()
    {
        await using var letta = await FakeAppServer.StartAsync(agents: 1);
        letta.Words = Card;
        await using var console = new ConsoleProcess
        {
            Settings = new Dictionary<string, string>
            {
                ["Conversations__LeaseSeconds"] = "5",
                ["Sanctum__letta_server_address"] = "http://localhost",
                ["Sanctum__letta_server_port"] = letta.Port.ToString(CultureInfo.InvariantCulture),
                ["Sanctum__letta_server_token"] = FakeAppServer.Password,
                ["Sanctum__letta_server_kind"] = "app_server",
            },
        };
        await console.StartAsync();
        await Sqlite3.RunAsync(
            Path.Combine(console.Home, "registry.db"),
            $"INSERT INTO agents (name, letta_uid) VALUES ('Athena', '{FakeAppServer.IdOf(1)}')"
        );
        var page = await SignInAsync(console);

        await AskAsync(page, console, "Make a pricing card. Always use dark cards.", "Athena");
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("It is dark.");
        await Expect(page.Locator(".chat-line").Last).Not.ToContainTextAsync("answering");
        await page.GotoAsync(new Uri(console.Address, "/code").ToString());
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("PricingCard");
        await Wait.UntilAsync(async () =>
            (await console.ReadAsync("/api/memories")).ToJsonString().Contains("dark", StringComparison.Ordinal)
        );

        await AskAsync(page, console, "SLOW: another card with dark corners", "Athena");
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("PricingCard");
        await page.ReloadAsync();
        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("PricingCard");
        await console.KillAsync();
        await console.StartAsync();
        letta.Release();
        await Wait.UntilAsync(async () => await StateAsync(console, page) == "complete"); // The page reloads itself.

        await Expect(page.Locator(".chat-line").Last).ToContainTextAsync("It is dark.");
        await page.GetByRole(AriaRole.Button, new() { Name = "What was sent" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).Locator(".chat-memories")).ToContainTextAsync("dark");
        var heard = letta.Agents.Values.SelectMany(agent => agent.Conversations.Values).SelectMany(one => one.Messages).ToList();
        Assert.Equal(2, heard.Count(message => (string?)message["message_type"] == "user_message")); // None was said twice.
        Assert.Contains(heard, message => message.ToJsonString().Contains("Notes from earlier conversations", StringComparison.Ordinal));
    }

    private static async Task UseAsync(ConsoleProcess console, FakeProvider provider)
    {
        using var made = await console.SendAsync(
            HttpMethod.Post,
            "/api/llm-configs",
            new
            {
                type = "compatible",
                model = "fine",
                base_url = provider.Address,
            }
        );
        var row = JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!;
        using var activated = await console.SendAsync(HttpMethod.Post, $"/api/llm-configs/{row["id"]}/activate");
        Assert.True(activated.IsSuccessStatusCode, $"{activated.StatusCode}");
    }

    private async Task<IPage> SignInAsync(ConsoleProcess console)
    {
        var page = await OpenAsStrangerAsync();
        await page.GotoAsync(new Uri(console.Address, "/account/login").ToString());
        await page.GetByLabel("User name").FillAsync(ConsoleServer.Administrator);
        await page.GetByLabel("Password").FillAsync(console.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        return page;
    }

    private static async Task AskAsync(IPage page, ConsoleProcess console, string text, string? with = null)
    {
        await page.GotoAsync(new Uri(console.Address, "/conversations").ToString());
        if (with is not null)
        {
            await page.GetByLabel("Who answers").SelectOptionAsync(new SelectOptionValue { Label = with });
        }

        var message = page.GetByLabel("Message", new() { Exact = true });
        await message.FillAsync(text);
        await message.PressAsync("Enter");
        await Expect(page.Locator(".chat-line")).ToHaveCountAsync(2);
    }

    /// <summary>Of the answer on the page.</summary>
    private static async Task<string> StateAsync(ConsoleProcess console, IPage page)
    {
        var messages = await console.ReadAsync($"/api/conversations/{page.Url.Split('/')[^1]}/messages");
        return (string)messages["messages"]!.AsArray()[^1]!["state"]!;
    }
}

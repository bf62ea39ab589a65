using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Browser;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How long a conversation of 10,000 messages takes until it is seen in a browser, and how many elements the page has then and while one scrolls up:
/// <c>dotnet run -c Release -- --explicit only --filter-class "*LongConversationBenchmarks" --show-live-output on</c>.
/// </summary>
public sealed class LongConversationBenchmarks(
    BrowserRun run,
    ConversationsInTheBrowserTests.TalkingConsole console,
    ITestOutputHelper output
) : BrowserTest(run), IClassFixture<ConversationsInTheBrowserTests.TalkingConsole>
{
    private const int Messages = 10_000;
    private const string Talk = "0191d2b0-0001-7000-8000-00000000000a";
    private const string CountElements = "() => document.querySelectorAll('*').length";
    private const string CountOfTheList = "() => document.querySelectorAll('[role=log] *').length";

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Opening_and_scrolling()
    {
        await FillAsync();
        var page = await OpenAsync(console, "/conversations");
        for (var round = 0; round < 8; round++)
        {
            await page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "New conversation" }).First.ClickAsync();
            await Expect(page.GetByText("Message number 9999")).ToHaveCountAsync(0);
            var took = await page.EvaluateAsync<double>(
                """
                () => new Promise(done => {
                    const began = performance.now();
                    const seen = () => [...document.querySelectorAll('.chat-line')].some(line => line.textContent.includes('Message number 9999'))
                        ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(seen);
                    [...document.querySelectorAll('.chat-row')].find(row => row.textContent.includes('A long one')).click();
                    seen();
                })
                """
            );
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"from the click to the newest message: {took:N0} ms"));
        }

        await SayAsync("opened", page);
        for (var up = 0; up < 12; up++)
        {
            var began = Stopwatch.GetTimestamp();
            await page.EvaluateAsync("() => document.querySelector('[role=log]').scrollTo(0, 0)");
            await page.WaitForTimeoutAsync(300);
            await SayAsync($"{up + 1} times to the top, {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N0} ms", page);
        }
    }

    private async Task SayAsync(string when, Microsoft.Playwright.IPage page) =>
        output.WriteLine(
            $"{when}: {await page.EvaluateAsync<int>(CountOfTheList)} elements of messages, {await page.EvaluateAsync<int>(CountElements)} in all, {await page.Locator(".chat-line").CountAsync()} messages"
        );

    private async Task FillAsync()
    {
        await using var registry = await console
            .Services.CreateScope()
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(Cancel);
        const string Numbers = "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 9999)";
        foreach (
            var sql in new[]
            {
                $"INSERT INTO conversations (id, user_id, title, message_count) VALUES ('{Talk}', (SELECT min(id) FROM users), 'A long one', {Messages})",
                $"INSERT INTO conversation_messages (id, conversation_id, parent_id, is_first, role, content, created_at) {Numbers} SELECT printf('0191d2b0-0002-7000-8000-%012x', i), '{Talk}', CASE i WHEN 0 THEN NULL ELSE printf('0191d2b0-0002-7000-8000-%012x', i - 1) END, i = 0, CASE i % 2 WHEN 0 THEN 'user' ELSE 'assistant' END, 'Message number ' || i || '. **It goes on** for a while, with `code`, and a list:' || char(10) || char(10) || '- one' || char(10) || '- two', strftime('%Y-%m-%d %H:%M:%f', 1767225600 + i, 'unixepoch') FROM n",
                $"UPDATE conversations SET leaf_message_id = printf('0191d2b0-0002-7000-8000-%012x', {Messages - 1}) WHERE id = '{Talk}'",
            }
        )
        {
#pragma warning disable EF1002 // The benchmark's own statements.
            await registry.Database.ExecuteSqlRawAsync(sql, Cancel);
#pragma warning restore EF1002
        }
    }
}

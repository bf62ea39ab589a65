using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed partial class LogsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task New_lines_come_by_themselves_and_are_searched_opened_and_looked_around()
    {
        await PostAsync([.. Enumerable.Range(0, 300).Select(at => Line($"Queue item {at} processed", at, "info", 200))]);
        await PostAsync(Line("Connection to letta refused", 5.5, "error", 502));
        var page = await OpenAsync(console, "/logs?time=all", BrowserConsole.Vera);
        var lines = page.GetByRole(AriaRole.Region, new() { Name = "Lines" }).GetByRole(AriaRole.Listitem);
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();

        await PostAsync(Line("A line that has just been written", 0, "warning", 200));
        await Expect(page.GetByText("A line that has just been written", new() { Exact = true })).ToBeVisibleAsync();
        Assert.InRange(await lines.CountAsync(), 2, 120);

        await page.GetByLabel("Search the logs").FillAsync("letta nowhere:1");
        await Expect(page.Locator("#log-errors mark")).ToHaveTextAsync("nowhere:1");
        await page.GetByLabel("Search the logs").FillAsync("letta");
        await Expect(page.Locator("#log-errors mark")).ToHaveCountAsync(0);
        await Expect(lines).ToHaveCountAsync(1);
        await lines.First.GetByRole(AriaRole.Button).First.PressAsync("Enter");
        await Expect(page.GetByLabel("The whole message")).ToHaveTextAsync("Connection to letta refused");
        await page.GetByRole(AriaRole.Link, new() { Name = "No lines with this status" }).ClickAsync();
        await Expect(page.GetByText("No lines match this search")).ToBeVisibleAsync();

        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Around it" }).ClickAsync();
        await Expect(page.GetByText("Queue item 5 processed")).ToBeVisibleAsync();
        await Expect(page.GetByText("Queue item 6 processed")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_a_line_says_is_seen_when_it_is_opened_at_the_end_of_the_list()
    {
        await PostAsync([.. Enumerable.Range(0, 100).Select(at => Line($"Task {at} done", at, "info", 200))]);
        var page = await OpenAsync(console, "/logs?time=all", BrowserConsole.Vera);
        var region = page.GetByRole(AriaRole.Region, new() { Name = "Lines" });
        var heads = region.GetByRole(AriaRole.Listitem).GetByRole(AriaRole.Button);
        await Expect(heads.First).ToBeVisibleAsync();
        await region.EvaluateAsync("list => list.scrollIntoView({ block: 'end' })");
        var (list, head) = ((await region.BoundingBoxAsync())!, (await heads.First.BoundingBoxAsync())!);

        await heads.Nth((int)(list.Height / head.Height) - 1).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Around it" })).ToBeInViewportAsync();
    }

    [Fact]
    public async Task A_sender_whose_clock_is_ahead_hides_nobody_s_lines()
    {
        await PostAsync(Line("Before", 1, "info", 200));
        var page = await OpenAsync(console, "/logs?time=1h", BrowserConsole.Vera);
        var lines = page.GetByRole(AriaRole.Region, new() { Name = "Lines" }).GetByRole(AriaRole.Listitem);
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();

        await PostAsync(Line("From an hour ahead", -60, "info", 200));
        await Expect(lines.First).ToContainTextAsync("From an hour ahead");
        await PostAsync(Line("\u001b[31mA line of now\u001b[0m", 0, "warning", 200));

        await Expect(page.GetByText("A line of now", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(lines.First).ToContainTextAsync("From an hour ahead");

        await lines.First.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(lines.First.GetByRole(AriaRole.Button).First).ToHaveAttributeAsync("aria-expanded", "true");
        await PostAsync(Line("While one was open", 0, "info", 200));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "1 new line" })).ToBeVisibleAsync();
        await lines.First.GetByRole(AriaRole.Button).First.ClickAsync();
        await PostAsync(Line("After it was closed", 0, "info", 200));
        await Expect(page.GetByText("After it was closed")).ToBeVisibleAsync();
        await Expect(page.GetByText("While one was open")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_stretch_of_the_histogram_is_dragged_over_and_seen_alone()
    {
        await PostAsync([.. Enumerable.Range(0, 48).Select(hour => Line($"Hour {hour}", hour * 60, "info", 200))]);
        var page = await OpenAsync(console, "/logs?time=all");
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator(".level-bars[aria-busy]")).ToHaveCountAsync(0);
        var chart = await page.Locator("[data-drag-range]").BoundingBoxAsync();
        Assert.NotNull(chart);

        await page.Mouse.MoveAsync(chart.X + (chart.Width * 0.5f), chart.Y + (chart.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(chart.X + (chart.Width * 0.75f), chart.Y + (chart.Height / 2), new() { Steps = 5 });
        await page.Mouse.UpAsync();

        await Expect(page).ToHaveURLAsync(Stretch());
        await Expect(page.GetByText("Hour 18", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByText("Hour 0", new() { Exact = true })).ToHaveCountAsync(0);
        await Expect(page.GetByText("Hour 40", new() { Exact = true })).ToHaveCountAsync(0);
    }

    [GeneratedRegex("[?&]from=.+&to=.+")]
    private static partial Regex Stretch();

    private static object Line(string message, double minutesAgo, string level, int status) =>
        new
        {
            level,
            source = "agent",
            message,
            timestamp = DateTimeOffset.UtcNow.AddMinutes(-minutesAgo),
            details = new { status },
        };

    private async Task PostAsync(params object[] lines)
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        using var body = JsonContent.Create(lines);
        using var answer = await program.PostAsync("/api/logs", body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }
}

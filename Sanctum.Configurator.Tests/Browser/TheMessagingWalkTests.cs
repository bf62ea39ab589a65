using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Features.Messaging.Broca;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>
/// From a Broca to answers: its file is imported, two of its people are one, a message comes and is answered; then the server fails, and an
/// operator mends what failed.
/// </summary>
public sealed class TheMessagingWalkTests(BrowserRun run, QueueInTheBrowserTests.AnsweringConsole console)
    : BrowserTest(run),
        IClassFixture<QueueInTheBrowserTests.AnsweringConsole>
{
    private const int Failures = 13;

    [Fact]
    public async Task From_a_file_of_Broca_to_messages_that_failed_and_were_answered_after_all()
    {
        var page = await OpenAsync(console, "/broca");
        await ImportAsync(page);
        await AnswerAsync(page, await MergeAsync(page));
        await FailAsync(page);
        await EditAsync(page);
        await RetryInStagesAsync(page);
    }

    /// <summary>Ada, and Bob who is her as well; what he wrote last was never answered.</summary>
    private static async Task ImportAsync(IPage page)
    {
        using var file = BrocaDatabaseFile.First();
        await (await page.Locator("input[type=file]").OnceItTakesFilesAsync()).SetInputFilesAsync(file.FilePath);
        await Expect(page.GetByText("Nothing has been written yet.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(page.GetByText("All checksums are equal.")).ToBeVisibleAsync();
    }

    /// <returns>The address of Ada's page.</returns>
    private async Task<string> MergeAsync(IPage page)
    {
        await page.GotoAsync(new Uri(console.Address, "/people").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = "Ada", Exact = true }).First.ClickAsync();
        await page.GetByLabel("More for Ada").ClickAsync();
        await page.GetByText("Merge with…").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Ada is the same as").ClickAsync();
        await dialog.GetByLabel("Ada is the same as").PressSequentiallyAsync("Bob");
        await page.GetByRole(AriaRole.Option, new() { NameRegex = new("Bob") }).ClickAsync();
        await Expect(dialog.GetByText("Nothing differs but their profiles.").Or(dialog.GetByText("Take from Bob")).First)
            .ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(0);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Merge", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Profiles" }).GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        return page.Url.Split('?')[0];
    }

    /// <summary>What comes from Bob's account is Ada's now.</summary>
    private async Task AnswerAsync(IPage page, string ada)
    {
        console.Talk.Reply = FakeLettaReply.Answers;
        await console.SendAsync("7000000002", "Where are the lamps?");
        await page.GotoAsync(new Uri(console.Address, "/queue").ToString());
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Where are the lamps?" });
        await Expect(row).ToContainTextAsync("Done");
        await page.GotoAsync($"{ada}?tab=conversation");
        await Expect(page.GetByText("Where are the lamps?")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(console.Address, "/queue").ToString());
    }

    private async Task FailAsync(IPage page)
    {
        await console.GiveUpAtOnceAsync();
        console.Talk.Reply = FakeLettaReply.FailsInTheStream;
        foreach (var person in Enumerable.Range(1, Failures))
        {
            await console.SendAsync($"person {person}", $"Question {person}");
        }

        await page.GetByRole(AriaRole.Tab, new() { NameRegex = new("^Failures") }).ClickAsync();
        await Expect(Group(page)).ToContainTextAsync($"{Failures} messages");
        Assert.Empty(await page.FindFaultsAsync());
    }

    private async Task EditAsync(IPage page)
    {
        console.Talk.Reply = FakeLettaReply.Answers;
        await page.GotoAsync(new Uri(console.Address, "/queue?status=failed").ToString());
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new(", message \\d+$") }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Edit…" }).ClickAsync();
        await dialog.GetByLabel("Give this to the agent instead").FillAsync("A better question");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Retry edited" }).ClickAsync();
        await Expect(dialog.GetByText("Edited from")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
    }

    private async Task RetryInStagesAsync(IPage page)
    {
        await page.GotoAsync(new Uri(console.Address, "/queue?tab=failures").ToString());
        await Group(page).GetByRole(AriaRole.Button, new() { Name = "Retry…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("In stages: 1, then 10").CheckAsync();
        await dialog.GetByLabel("At once. Otherwise").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Retry", Exact = true }).ClickAsync();
        await Expect(Group(page)).ToHaveCountAsync(0);
        await Wait.UntilAsync(async () => await console.CountAsync("done") >= Failures);
    }

    private static ILocator Group(IPage page) => page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Rate limited by openai" });
}

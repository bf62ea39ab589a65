using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>A user who has conversations is deleted: what becomes of them is chosen, and what is kept goes to somebody else.</summary>
public sealed class LeftConversationsInTheBrowserTests(BrowserRun run, ConversationsInTheBrowserTests.TalkingConsole console)
    : BrowserTest(run),
        IClassFixture<ConversationsInTheBrowserTests.TalkingConsole>
{
    [Fact]
    public async Task What_a_deleted_user_leaves_is_kept_saved_and_given_away()
    {
        console.Provider.BeforeWord = null;
        console.Provider.Words = ["```js\nlet tide;\n```"];
        var hers = await OpenAsync(console, "/conversations", BrowserConsole.Ada);
        await hers.GetByLabel("Message", new() { Exact = true }).FillAsync("The tides of Ada");
        await hers.GetByLabel("Message", new() { Exact = true }).PressAsync("Enter");
        await Expect(hers.GetByRole(AriaRole.Button, new() { Name = "Regenerate" })).ToBeVisibleAsync();
        await Expect(hers.Locator(".chat-gauge")).ToContainTextAsync("window not known");
        await hers.GetByRole(AriaRole.Button, new() { Name = "What was sent" }).ClickAsync();
        await Expect(hers.GetByRole(AriaRole.Dialog)).ToContainTextAsync("System prompt, as it was sent");

        var page = await OpenAsync(console, "/users");
        await page.GetByLabel("More for ada").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("ada has 1 conversation and 1 block of generated code.");
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.GetByText("Choose whether it is kept or deleted.")).ToBeVisibleAsync();
        await ChooseAsync(page.GetByRole(AriaRole.Combobox, new() { Name = "What becomes of it" }), "Keep it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("1 conversation and 1 block of generated code are kept.");
        await page.GetByLabel("Type ada to confirm").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete user" }).ClickAsync();
        await Expect(page.GetByLabel("More for ada")).ToHaveCountAsync(0);

        await page.GotoAsync(new Uri(console.Address, "/conversations?archived=true").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Of deleted users…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "What deleted users left" });
        await Expect(dialog).ToContainTextAsync("ada");
        await page.SetViewportSizeAsync(390, 844);
        Assert.Empty(await page.FindFaultsAsync());
        await AssertFitsAsync(page);
        var saved = await page.RunAndWaitForDownloadAsync(() => page.GetByLabel("Save what ada left as a file").ClickAsync());
        Assert.Contains("The tides of Ada", await File.ReadAllTextAsync(await saved.PathAsync(), Cancel), StringComparison.Ordinal);
        await page.GetByLabel("Give to").SelectOptionAsync(new SelectOptionValue { Label = BrowserConsole.Vera });
        await page.GetByLabel("Give what ada left").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Give", Exact = true }).Last.ClickAsync();
        await Expect(dialog).ToContainTextAsync("This user may not use conversations");
        await page.GetByLabel("Give to").SelectOptionAsync(new SelectOptionValue { Label = ConsoleServer.Administrator });
        await page.GetByLabel("Give what ada left").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Give", Exact = true }).Last.ClickAsync();
        await Expect(dialog).ToContainTextAsync("Nothing is left");
    }
}

using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class ModelsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task An_administrator_adds_tests_activates_uses_and_switches_models()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Key = "sk-right";
        var page = await OpenAsync(console, "/models");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "gpt-4o" })).ToContainTextAsync("Active");
        await Expect(page.GetByText("The provider names gpt-6.1-sol in its place.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "At the last start" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Add…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await ChooseAsync(page, dialog, "Provider", "OpenAI-compatible");
        await dialog.GetByLabel("Model", new() { Exact = true }).FillAsync("fine");
        await dialog.GetByLabel("Address").FillAsync($"{provider.Origin}/v1/chat/completions");
        await page.EvaluateAsync("mudElementRef.select(document.querySelector('[name=Model]'))"); // As the server calls it, a moment too late.
        await Expect(dialog.GetByLabel("Address")).ToBeFocusedAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test", Exact = true }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("Key missing");
        await dialog.GetByLabel("API key", new() { Exact = true }).FillAsync("sk-right");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test", Exact = true }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("fine answers");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);

        await MoreAsync(page, "OpenAI-compatible fine", "Activate");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "fine" })).ToContainTextAsync("Active");
        await MoreAsync(page, "OpenAI-compatible fine", "Send a message…");
        await dialog.GetByLabel("Message", new() { Exact = true }).FillAsync("Are you ready?");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(dialog.GetByText("150 tokens")).ToBeVisibleAsync();
        await Expect(dialog.GetByText("ready", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Test all" }).ClickAsync();
        await Expect(page.GetByText("1 of 2 models failed.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch uses…" }).First.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Table)).ToContainTextAsync("openai/gpt-4o");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Switch", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "gpt-6.1-sol" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "gpt-4o" })).ToBeVisibleAsync();

        await MoreAsync(page, "OpenAI gpt-4o", "Delete");
        await Expect(dialog.GetByRole(AriaRole.Heading, new() { Name = "Delete OpenAI gpt-4o?" })).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete model" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "gpt-4o" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).Last.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "gpt-4o" })).ToBeVisibleAsync();
        await MoreAsync(page, "OpenAI-compatible fine", "Delete");
        await Expect(dialog.GetByText("It is everybody's active model.")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete model" }).ClickAsync();
        await Expect(dialog.GetByText("or choose one of everybody's in its place.")).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.GetByRole(AriaRole.Tab, new() { Name = "Usage" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "By model" })).ToContainTextAsync("450");
    }

    [Fact]
    public async Task A_price_and_a_limit_are_entered_and_refused_at_their_fields()
    {
        var page = await OpenAsync(console, "/models?tab=prices");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a price…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Model", new() { Exact = true }).FillAsync("gpt-4o");
        await dialog.GetByLabel("US dollars for a million tokens").FillAsync("2.25");
        await dialog.GetByLabel("From", new() { Exact = true }).FillAsync("soon");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog.GetByText("Enter a day, such as 2027-01-14.")).ToBeVisibleAsync();
        await dialog.GetByLabel("From", new() { Exact = true }).FillAsync("2026-11-01");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "gpt-4o" })).ToContainTextAsync("$2.25");

        await page.GetByRole(AriaRole.Tab, new() { Name = "Limits" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a limit…" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog.GetByText("Enter a number of tokens or a cost.")).ToBeVisibleAsync();
        await dialog.GetByLabel("US dollars").FillAsync("5");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Each user" })).ToContainTextAsync("$5");
    }

    [Fact]
    public async Task A_viewer_sees_the_models_and_no_act()
    {
        var page = await OpenAsync(console, "/models", BrowserConsole.Vera);

        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "gpt-4o" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add…" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Test all" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Switch uses…" })).ToHaveCountAsync(0);
    }

    private static async Task MoreAsync(IPage page, string model, string act)
    {
        await page.GetByLabel($"More for {model}").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = act }).And(page.Locator(":visible")).ClickAsync();
    }

    private static async Task ChooseAsync(IPage page, ILocator dialog, string label, string option)
    {
        await dialog.GetByLabel(label, new() { Exact = true }).First.ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = option }).ClickAsync();
    }
}

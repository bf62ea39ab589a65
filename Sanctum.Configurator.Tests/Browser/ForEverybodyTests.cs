using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>Pages are read and worked without a mouse and without good eyes, in every theme.</summary>
public sealed class ForEverybodyTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    /// <summary>Colours are named once for all pages: those that have them all, and those that draw with them.</summary>
    private static readonly string[] Colourful =
    [
        "/system-settings",
        "/letta",
        "/logs?q=none:1&time=all",
        "/logs/alerts",
        "/tools",
        "/scheduled-jobs",
        "/scheduled-jobs?tab=coming&span=week",
        "/graph",
        "/backups",
        "/backups/settings",
        "/notifications",
        "/account/sessions",
    ];

    private readonly BrowserRun _run = run;

    [Theory]
    [InlineData("/overview")]
    [InlineData("/system-settings")]
    [InlineData("/system-settings?environment=staging")]
    [InlineData("/system-settings/history")]
    [InlineData("/system-settings/transfer")]
    [InlineData("/import-old-configurator")]
    [InlineData("/broca")]
    [InlineData("/broca?tab=imports")]
    [InlineData("/broca?tab=instances")]
    [InlineData("/letta")]
    [InlineData("/agents")]
    [InlineData("/agents/999")]
    [InlineData("/agents/move-from-v1")]
    [InlineData("/users")]
    [InlineData("/history")]
    [InlineData("/proposals")]
    [InlineData("/conversations")]
    [InlineData("/conversations?archived=true")]
    [InlineData("/memories")]
    [InlineData("/memories?tab=indexes")]
    [InlineData("/code")]
    [InlineData("/code/design-files")]
    [InlineData("/code/design-files?file=tokens")]
    [InlineData("/account/preferences")]
    [InlineData("/queue")]
    [InlineData("/queue?tab=failures")]
    [InlineData("/queue?tab=pauses")]
    [InlineData("/logs")]
    [InlineData("/logs?q=none:1&time=all")]
    [InlineData("/logs?tab=patterns")]
    [InlineData("/logs/alerts")]
    [InlineData("/logs/retention")]
    [InlineData("/logs/sources")]
    [InlineData("/history?table=agents&row=1&from=2026-01-01T00:00")]
    [InlineData("/tools")]
    [InlineData("/tools?tab=all&view=table")]
    [InlineData("/tools/999")]
    [InlineData("/templates")]
    [InlineData("/scheduled-jobs")]
    [InlineData("/scheduled-jobs?tab=coming&span=week")]
    [InlineData("/scheduled-jobs?tab=coming&span=calendar")]
    [InlineData("/scheduled-jobs?tab=runs&outcome=failed")]
    [InlineData("/scheduled-jobs/999")]
    [InlineData("/configurations")]
    [InlineData("/configurations?agent=999&at=2026-01-01T00:00")]
    [InlineData("/configurations/history")]
    [InlineData("/models")]
    [InlineData("/migrations")]
    [InlineData("/models?tab=usage")]
    [InlineData("/models?tab=prices")]
    [InlineData("/models?tab=limits")]
    [InlineData("/models?tab=letta")]
    [InlineData("/plugins")]
    [InlineData("/plugins/999")]
    [InlineData("/people")]
    [InlineData("/people/999")]
    [InlineData("/messages")]
    [InlineData("/messages?message=999")]
    [InlineData("/mcp-servers")]
    [InlineData("/mcp-servers/999")]
    [InlineData("/graph")]
    [InlineData("/backups")]
    [InlineData("/backups/settings")]
    [InlineData("/backups/recovery-kit")]
    [InlineData("/notifications")]
    [InlineData("/notifications?tab=channels")]
    [InlineData("/channels")]
    [InlineData("/channels/outbox")]
    [InlineData("/account/sessions")]
    [InlineData("/account/api-keys")]
    [InlineData("/account/password")]
    [InlineData("/forbidden")]
    [InlineData("/nothing-is-here")]
    public async Task Axe_finds_nothing_on(string path)
    {
        var page = await console.GoToAsync(_run, path);
        await Expect(page.Locator(".loading")).ToHaveCountAsync(0);

        await AssertAxeFindsNothingAsync(page);
        if (Colourful.Contains(path))
        {
            await AssertAxeFindsNothingAsync(page, "light", "contrast");
        }
        else if (Thorough.IsAsked)
        {
            await AssertAxeFindsNothingAsync(page, "contrast");
        }

        if (Thorough.IsAsked)
        {
            // All rules once more, on a phone, where the third theme is seen too.
            await page.SetViewportSizeAsync(390, 844);
            await AssertNoFaultAsync(page, "light", rule: null);
            await page.SetViewportSizeAsync(1280, 800);
        }
    }

    [Theory]
    [InlineData("/account/login")]
    [InlineData("/setup")]
    public async Task Axe_finds_nothing_on_what_strangers_see_at(string path)
    {
        var page = await OpenAsStrangerAsync();
        await page.GotoAsync(new Uri(console.Address, path).ToString());

        await AssertAxeFindsNothingAsync(page, "dark", "light", "contrast");
    }

    [Fact]
    public async Task Axe_finds_nothing_in_the_palette()
    {
        var page = await OpenAsync(console, "/letta");
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Page or action" })).ToBeVisibleAsync();

        await AssertAxeFindsNothingAsync(page);
    }

    [Fact]
    public async Task Axe_finds_nothing_in_a_dialog()
    {
        await SaveAsync(console, new { openai_api_key = "sk-an-example-of-a-key" });
        var page = await OpenAsync(console, "/system-settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reveal OpenAI API key" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Reveal OpenAI API key" })).ToBeVisibleAsync();

        await AssertAxeFindsNothingAsync(page);
    }

    [Fact]
    public async Task Axe_finds_nothing_in_the_dialog_of_a_user()
    {
        var page = await OpenAsync(console, "/users");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Edit {BrowserConsole.Vera}" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Extra permissions" })).ToBeVisibleAsync();

        await AssertAxeFindsNothingAsync(page);
    }

    [Fact]
    public async Task The_palette_goes_to_a_page_without_a_circuit_too()
    {
        var page = await OpenAsync(console, "/system-settings");

        await page.Keyboard.PressAsync("Control+k");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Page or action" }).FillAsync("password");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Change your password", Level = 1 })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Axe_finds_nothing_among_unsaved_changes_and_mistakes()
    {
        var page = await OpenAsync(console, "/system-settings");
        await Field(page, "SMCP port").FillAsync("70000");
        await Expect(page.GetByText("Enter a port from 1 to 65535.")).ToBeVisibleAsync();
        await SaveBar(page).GetByText("1 unsaved change").ClickAsync();

        await AssertAxeFindsNothingAsync(page);
    }

    [Fact]
    public async Task The_palette_goes_to_a_page_by_name()
    {
        var page = await OpenAsync(console, "/system-settings");

        await page.Keyboard.PressAsync("Control+k");
        var box = page.GetByRole(AriaRole.Combobox, new() { Name = "Page or action" });
        await Expect(box).ToBeFocusedAsync();
        await box.FillAsync("sessions");
        await Expect(page.GetByRole(AriaRole.Option, new() { Selected = true })).ToContainTextAsync("essions");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your sessions", Level = 1 })).ToBeVisibleAsync();
        await Expect(box).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_palette_backs_up_from_any_page()
    {
        var page = await OpenAsync(console, "/letta");
        await page.Keyboard.PressAsync("Control+k");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Page or action" }).FillAsync("back up now");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByText("Backup started.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_palette_goes_to_a_setting_and_Escape_closes_it()
    {
        var page = await OpenAsync(console, "/system-settings");
        await Expect(Field(page, "Timeout")).ToBeVisibleAsync();
        var box = page.GetByRole(AriaRole.Combobox, new() { Name = "Page or action" });

        await page.Keyboard.PressAsync("Control+k");
        await Expect(box).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(box).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Control+k");
        await box.FillAsync("setting: timeout");
        await Expect(page.GetByRole(AriaRole.Option, new() { Selected = true })).ToContainTextAsync("Timeout");
        await page.Keyboard.PressAsync("Enter");

        await Expect(Field(page, "Timeout")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_question_mark_lists_the_shortcuts_but_not_while_typing()
    {
        var page = await OpenAsync(console, "/system-settings");
        var list = page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        await Field(page, "Sanctum folder").PressAsync("End");
        await page.Keyboard.PressAsync("?");
        await Expect(Field(page, "Sanctum folder")).ToHaveValueAsync("~/sanctum?");
        await Expect(list).ToBeHiddenAsync();

        await Field(page, "Sanctum folder").BlurAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(list).ToContainTextAsync("Save what was changed");
        await page.Keyboard.PressAsync("Escape");

        await Expect(list).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_skip_link_leads_past_the_menu()
    {
        var page = await OpenAsync(console, "/system-settings");
        var skip = page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" });

        await skip.FocusAsync();
        await Expect(skip).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Main).GetByLabel("About this page")).ToBeFocusedAsync();
    }

    /// <summary>Themes are colours and nothing else, so the other rules say the same in each.</summary>
    private static async Task AssertAxeFindsNothingAsync(IPage page, params string[] themes)
    {
        foreach (var theme in themes.DefaultIfEmpty("dark"))
        {
            await AssertNoFaultAsync(page, theme, theme == "dark" ? null : "color-contrast");
        }
    }

    private static async Task AssertNoFaultAsync(IPage page, string theme, string? rule)
    {
        await page.EvaluateAsync("theme => sanctumTheme.set(theme)", theme);
        var found = await page.FindFaultsAsync(rule);
        Assert.True(found.Length == 0, $"{theme}: {string.Join(Environment.NewLine, found)}");
    }
}

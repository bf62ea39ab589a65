using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class ConfigurationsInTheBrowserTests(BrowserRun run, BrowserConsole console)
    : BrowserTest(run),
        IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task An_administrator_sets_a_key_overrides_it_for_an_agent_sees_the_reach_and_takes_it_back()
    {
        await AddAgentsAsync("Athena", "Monday");
        var page = await OpenAsync(console, "/configurations");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add key…" }).ClickAsync();
        await dialog.GetByLabel("Key").FillAsync("answer_length");
        await ChooseAsync(dialog.GetByRole(AriaRole.Combobox, new() { Name = "Type" }), "Number");
        await dialog.GetByLabel("Value").FillAsync("long");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Review" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Enter a number");
        await dialog.GetByLabel("Value").FillAsync("300");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Review" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Changes 2 agents.");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "answer_length" });
        await Expect(row).ToContainTextAsync("300");

        await ChooseAsync(page.GetByRole(AriaRole.Combobox, new() { Name = "Effective for" }), "An agent");
        await page.GetByLabel("Which agent").FillAsync("Athe");
        await page.GetByRole(AriaRole.Option, new() { Name = "Athena" }).ClickAsync();
        await Expect(row).ToContainTextAsync("System");
        await row.GetByRole(AriaRole.Button, new() { Name = "Override answer_length" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("System says 300.");
        await dialog.GetByLabel("Value").FillAsync("80");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Review" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Changes 1 agent.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(row).ToContainTextAsync("Set here");
        await row.GetByText("Shadows 1").ClickAsync();
        await Expect(row).ToContainTextAsync("System: 300");

        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "History of the configurations" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Undo change") }).First.ClickAsync();
        await Expect(dialog).ToContainTextAsync("inherited");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Configurations" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Configurations", Exact = true })).ToBeVisibleAsync();
        await Expect(row).ToContainTextAsync("System");
        await Expect(row).ToContainTextAsync("300");
    }

    [Fact]
    public async Task A_viewer_sees_what_is_in_force_and_no_act()
    {
        var page = await OpenAsync(console, "/configurations", BrowserConsole.Vera);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Configurations", Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add key…" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^(Edit|Override|Reset|Delete)") })).ToHaveCountAsync(0);
    }

    private async Task AddAgentsAsync(params string[] names)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(console.Home, "registry.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var name in names)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO agents (name) VALUES ($name)";
            command.Parameters.AddWithValue("$name", name);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}

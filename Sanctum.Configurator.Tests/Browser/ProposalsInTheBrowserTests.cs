using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class ProposalsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task A_person_makes_a_key_for_an_agent_sees_what_it_proposes_approves_and_undoes()
    {
        var page = await OpenAsync(console, "/account/api-keys");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key…" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("athena");
        foreach (var scope in new[] { Policies.ReadSettings, Policies.WriteSettings })
        {
            await page.GetByLabel(scope).CheckAsync();
        }

        await page.GetByRole(AriaRole.Combobox, new() { Name = "Agents (MCP)" }).ClickAsync();
        await page.GetByRole(AriaRole.Listbox).GetByRole(AriaRole.Option, new() { Name = "Propose" }).ClickAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The key athena was created.")).ToBeVisibleAsync();
        var key = await page.GetByRole(AriaRole.Button, new() { Name = "Copy the key" }).GetAttributeAsync("data-copy");
        var before = await SavedAsync(console, "flask_port");

        await using var agent = await Agent.ConnectAsync(console.Address, key!);
        await agent.AskAsync("propose_change", Wanted(8765));
        await page.GotoAsync(new Uri(console.Address, "/overview").ToString());
        await Expect(page.GetByText("1 proposal of agents waits for a decision")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Banner).GetByLabel(new System.Text.RegularExpressions.Regex("^Notifications, ")).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("The key athena proposes a change") }).ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("The old port is taken.");
        await Expect(dialog).ToContainTextAsync("flask_port");
        await Expect(dialog).ToContainTextAsync("8765");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(page.GetByText("was approved and done.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "settings_update" })).ToContainTextAsync("Approved");
        Assert.Empty(await page.FindFaultsAsync());
        Assert.Equal("8765", await SavedAsync(console, "flask_port"));

        await page.GotoAsync(new Uri(console.Address, "/history?table=system_config").ToString());
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "key athena by MCP" }).First).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(console.Address, "/system-settings/history").ToString());
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Undo change") }).First.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The change was undone.").First).ToBeVisibleAsync();
        Assert.Equal(before, await SavedAsync(console, "flask_port"));
    }

    [Fact]
    public async Task What_is_rejected_or_was_overtaken_says_so()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        using var made = await root.SendAsync(
            HttpMethod.Post,
            "/api/api-keys",
            new
            {
                name = "hermes",
                scopes = Permissions.All,
                mcp_writes = "propose",
            }
        );
        await using var agent = await Agent.ConnectAsync(
            console.Address,
            JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!["key"]!.ToString()
        );
        var rejected = (int)(await agent.AskAsync("propose_change", Wanted(8766)))["id"]!;
        var overtaken = (int)(await agent.AskAsync("propose_change", Wanted(8767)))["id"]!;
        var page = await OpenAsync(console, $"/proposals?id={rejected}");
        var dialog = page.GetByRole(AriaRole.Dialog);

        await dialog.GetByLabel("Reason for rejecting").FillAsync("It is not taken at all.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();
        await Expect(page.GetByText($"Proposal {rejected} was rejected.")).ToBeVisibleAsync();
        Assert.Equal("It is not taken at all.", (await agent.AskAsync("proposal_status", new { id = rejected }))["answer"]!.ToString());

        await SaveAsync(console, new { flask_port = 8999 });
        await page.GetByRole(AriaRole.Button, new() { Name = $"Review proposal {overtaken}" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Nothing was changed.");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToHaveCountAsync(0);
        Assert.Equal("8999", await SavedAsync(console, "flask_port"));
    }

    [Theory, InlineData(1280), InlineData(390)]
    public async Task The_pages_fit(int width)
    {
        var page = await OpenAsync(console, "/proposals");
        await page.SetViewportSizeAsync(width, 844);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await AssertFitsAsync(page);
        await page.GotoAsync(new Uri(console.Address, "/account/api-keys").ToString());
        await AssertFitsAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key…" }).ClickAsync();
        await Expect(page.GetByText("Create a key").First).ToBeVisibleAsync();
        await AssertFitsAsync(page);
    }

    private static object Wanted(int port) =>
        new
        {
            operation = "settings_update",
            arguments = new { body = new { flask_port = port } },
            reason = "The old port is taken.",
        };
}

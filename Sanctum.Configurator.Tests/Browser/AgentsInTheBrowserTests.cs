using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Features.Agents.AgentFiles;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class AgentsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task Agents_are_synchronised_adopted_compared_taken_and_pushed()
    {
        var there = new FakeLettaAgents(25);
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await ConnectAsync(console, letta);
        var page = await OpenAsync(console, "/agents");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Synchronise" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Tab, new() { NameRegex = new Regex("^New") })).ToContainTextAsync("25");
        Assert.Empty(await page.FindFaultsAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Adopt all 25" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Agents", Exact = true }).GetByRole(AriaRole.Row)).ToHaveCountAsync(26);
        there.Change(7, agent => agent["system"] = "You are wise.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Synchronise" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { NameRegex = new Regex("^Differs") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Agents that differ" })).ToContainTextAsync("system");
        await page.GetByRole(AriaRole.Table, new() { Name = "Agents that differ" })
            .GetByRole(AriaRole.Link, new() { Name = "Agent 7" })
            .ClickAsync();

        var differences = page.GetByRole(AriaRole.Table, new() { Name = "Differences from the Letta server" });
        await Expect(differences).ToContainTextAsync("You are wise.");
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Take theirs…" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("You are wise.");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take theirs" }).ClickAsync();
        await Expect(page.GetByText("The agent on the server matches the registry.")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit…" }).ClickAsync();
        await dialog.GetByLabel("System prompt").FillAsync("You are brief.");
        await dialog.GetByLabel("Tags").FillAsync("team, brief");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(differences).ToContainTextAsync("You are brief.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Push ours…" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("brief, team");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Push ours" }).ClickAsync();
        await Expect(page.GetByText("The agent on the server matches the registry.")).ToBeVisibleAsync();
        Assert.Equal("You are brief.", (string)there.Read(7)["system"]!);
        await page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Changes of this agent" })).ToContainTextAsync("push");
        Assert.Empty(await page.FindFaultsAsync());

        await page.SetViewportSizeAsync(390, 800);
        await AssertFitsAsync(page);
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Agents", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Agents", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Agent 7", Exact = true })).ToBeVisibleAsync();
        await AssertFitsAsync(page);
    }

    [Fact]
    public async Task An_agent_is_created_talked_to_freed_cloned_and_deleted_there_too()
    {
        var there = new FakeLettaAgents(0);
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await ConnectAsync(console, letta);
        var page = await OpenAsync(console, "/agents");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create…" }).ClickAsync();
        await dialog.GetByLabel("Name").FillAsync("Hermes");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Choose a model");
        Assert.Empty(await page.FindFaultsAsync());
        await ChooseAsync(dialog.GetByRole(AriaRole.Combobox, new() { Name = "Model" }), "openai/gpt-4.1");
        await ChooseAsync(dialog.GetByRole(AriaRole.Combobox, new() { Name = "Embedding" }), "openai/text-embedding-3-small");
        await dialog.GetByLabel("Value of block 1").FillAsync("I run.");
        await dialog.GetByLabel("Tags").FillAsync("quick");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Hermes", Level = 1 })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Tab, new() { Name = "Messages" }).ClickAsync();
        there.Talk.Reply = FakeLettaReply.AsksForApproval;
        await page.GetByLabel("Message to Hermes").FillAsync("Find me a lamp");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.GetByText("Waiting for an approval", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("I found nothing.");
        foreach (
            var (tab, empty) in new[]
            {
                ("Configuration", "No configurations"),
                ("Tools", "No tools"),
                ("Plugins", "No plugins"),
                ("Jobs", "No jobs"),
            }
        )
        {
            await page.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();
            await Expect(page.GetByText(empty, new() { Exact = true })).ToBeVisibleAsync();
            Assert.Empty(await page.FindFaultsAsync());
        }

        await page.GetByLabel("More for Hermes").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clone…" }).ClickAsync();
        await Expect(dialog.GetByLabel("Value of block 2").Or(dialog.GetByLabel("Value of block 1")).First).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Hermes copy", Level = 1 })).ToBeVisibleAsync();

        await page.GetByLabel("More for Hermes copy").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
        var delete = page.GetByRole(AriaRole.Dialog);
        await delete.GetByRole(AriaRole.Switch, new() { Name = "Delete it on the Letta server too" }).CheckAsync();
        await Expect(delete).ToContainTextAsync("The server keeps its memory blocks: human, persona.");
        await delete.GetByRole(AriaRole.Switch, new() { NameRegex = new Regex("^Delete human, persona too") }).CheckAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await delete.GetByLabel("Type Hermes copy to confirm").FillAsync("Hermes copy");
        await delete.GetByRole(AriaRole.Button, new() { Name = "Delete from registry and server" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Agents", Level = 1 })).ToBeVisibleAsync();
        Assert.Equal(2, there.Blocks.Count);

        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search agents" }).FillAsync("Hermes");
        await page.GetByLabel("Select Hermes").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Deactivate" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Agents", Exact = true })).ToContainTextAsync("Inactive");
        await page.GetByRole(AriaRole.Group, new() { Name = "Selected agents" })
            .GetByRole(AriaRole.Button, new() { Name = "Export…" })
            .ClickAsync();
        var saved = page.WaitForDownloadAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync();
        Assert.EndsWith(".zip", (await saved).SuggestedFilename, StringComparison.Ordinal);
        await page.SetViewportSizeAsync(390, 800);
        await AssertFitsAsync(page);
    }

    [Fact]
    public async Task An_agent_file_is_looked_at_before_it_is_imported()
    {
        var there = new FakeLettaAgents(0) { LastMade = 950 };
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await ConnectAsync(console, letta);
        var page = await OpenAsync(console, "/agents");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Import…" }).ClickAsync();
        await (await dialog.GetByLabel("Files").OnceItTakesFilesAsync()).SetInputFilesAsync([
            new FilePayload
            {
                Name = "athena.af",
                MimeType = "application/json",
                Buffer = AgentFileTexts.Bytes(AgentFileTexts.Whole).ToArray(),
            },
            new FilePayload
            {
                Name = "old.af",
                MimeType = "application/json",
                Buffer = AgentFileTexts.Bytes(AgentFileTexts.FirstForm).ToArray(),
            },
        ]);
        await Expect(dialog).ToContainTextAsync("API_KEY: the export removed these values");
        await Expect(dialog).ToContainTextAsync("agent file has the first format");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true })).ToBeDisabledAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByLabel("API_KEY", new() { Exact = true }).FillAsync("a-canary-of-an-import");
        await ChooseAsync(
            dialog.GetByRole(AriaRole.Combobox, new() { Name = "Tools that already exist on the server" }),
            "Keep the server"
        );
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("1 agent imported.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).Last.ClickAsync();
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search agents" }).FillAsync("Athena");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Athena" })).ToBeVisibleAsync();
        Assert.Equal("false", there.Imported["override_existing_tools"]);
        Assert.Equal("""{"API_KEY":"a-canary-of-an-import"}""", there.Imported["secrets"]);
        Assert.DoesNotContain("a-canary-of-an-import", await page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_starts_from_a_template_and_a_declared_one_is_created_on_the_server()
    {
        var there = new FakeLettaAgents(0) { LastMade = 970 };
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await ConnectAsync(console, letta);
        var page = await OpenAsync(console, "/agents");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create…" }).ClickAsync();
        await ChooseAsync(dialog.GetByRole(AriaRole.Combobox, new() { Name = "Start from" }), "Prime agent");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Fill in the form" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("Fill in person.");
        await dialog.GetByLabel("Name of its user").FillAsync("Ada");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Fill in the form" }).ClickAsync();
        await Expect(dialog.GetByLabel(new Regex("^Name\\*?$"))).ToHaveValueAsync("Prime");
        await Expect(dialog.GetByLabel("Value of block 2")).ToHaveValueAsync("I work for Ada.");
        await Expect(dialog).ToContainTextAsync("doesn't have these tools: conversation_search");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByLabel("Tools", new() { Exact = true }).FillAsync("web_search");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Prime", Level = 1 })).ToBeVisibleAsync();
        Assert.Equal("I work for Ada.", (string)there.Read(971)["blocks"]![1]!["value"]!);

        await page.GotoAsync(new Uri(console.Address, "/templates").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply Prime agent" }).ClickAsync();
        await dialog.GetByLabel("Name of the agent").FillAsync("Second");
        await dialog.GetByLabel("Name of its user").FillAsync("Bob");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Declare the agent" }).ClickAsync();
        var create = page.GetByRole(AriaRole.Button, new() { Name = "Create on the Letta server…" });
        await create.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("doesn't have these tools: conversation_search");
        Assert.Empty(await page.FindFaultsAsync());
        foreach (var tool in new[] { "conversation_search", "memory_insert", "memory_replace" })
        {
            there.AddTool(tool);
        }

        await create.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The agent on the server matches the registry.")).ToBeVisibleAsync();
        Assert.Equal("Second", (string)there.Read(972)["name"]!);
    }
}

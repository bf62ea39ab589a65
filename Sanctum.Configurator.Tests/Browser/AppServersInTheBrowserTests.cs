using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Features.Agents.AgentFiles;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>The walk of an operator on a Letta App Server: first beside the fake, then beside Letta's own where it is installed.</summary>
public sealed class AppServersInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task An_App_Server_is_connected_synchronised_compared_pushed_and_talked_to()
    {
        await using var server = await FakeAppServer.StartAsync(1);

        await WalkAsync(
            server.Address,
            FakeAppServer.Password,
            "Agent 1",
            content =>
            {
                server.Agents[FakeAppServer.IdOf(1)].Memory["system/human.md"] = $"---\ndescription: x\n---\n{content}\n";
                return Task.CompletedTask;
            },
            () => Task.FromResult(server.Agents[FakeAppServer.IdOf(1)].Memory["system/human.md"]),
            "Hello from fake"
        );
    }

    [Fact]
    public async Task Lettas_own_App_Server_is_connected_synchronised_compared_pushed_and_talked_to()
    {
        await using var server = new RealAppServer();
        await server.InitializeAsync();
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        var made = await server.AskAsync(
            "agent_create",
            new()
            {
                ["body"] = new JsonObject
                {
                    ["name"] = "Hermes",
                    ["model"] = RealAppServer.Model,
                    ["system"] = "You carry messages.",
                    ["memory_blocks"] = new JsonArray(
                        new JsonObject
                        {
                            ["label"] = "human",
                            ["description"] = "who you are",
                            ["value"] = "A person.",
                        }
                    ),
                },
            }
        );
        var id = made.GetProperty("agent").GetProperty("id").GetString();

        await WalkAsync(
            server.Address,
            RealAppServer.Token,
            "Hermes",
            content =>
                server.AskAsync(
                    "write_memory_file",
                    new()
                    {
                        ["agent_id"] = id,
                        ["path"] = "system/human.md",
                        ["content"] = $"---\ndescription: who you are\n---\n{content}\n",
                        ["commit_message"] = "changed there",
                    }
                ),
            async () =>
                (await server.AskAsync("read_memory_file", new() { ["agent_id"] = id, ["path"] = "system/human.md" }))
                    .GetProperty("content")
                    .GetString()!,
            "Hello from mock"
        );
    }

    private async Task WalkAsync(
        Uri server,
        string token,
        string agent,
        Func<string, Task> changeThere,
        Func<Task<string>> readThere,
        string answer
    )
    {
        await SaveAsync(
            console,
            new
            {
                letta_server_address = $"http://{server.Host}",
                letta_server_port = server.Port,
                letta_server_token = token,
            }
        );
        var page = await OpenAsync(console, "/letta");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test connection" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).Or(page.Locator(".mud-alert")).Filter(new() { HasText = "Connected" }).First)
            .ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());

        await page.GotoAsync(new Uri(console.Address, "/agents").AbsoluteUri);
        await page.GetByRole(AriaRole.Button, new() { Name = "Synchronise" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Tab, new() { NameRegex = new Regex("^New") })).ToContainTextAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Adopt all 1" })
            .Or(page.GetByRole(AriaRole.Button, new() { Name = "Adopt", Exact = true }))
            .First.ClickAsync();
        await page.GetByRole(AriaRole.Table, new() { Name = "Agents", Exact = true })
            .GetByRole(AriaRole.Link, new() { Name = agent })
            .ClickAsync();
        await Expect(page.GetByText("The agent on the server matches the registry.")).ToBeVisibleAsync();

        await changeThere("A tall person.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare again" }).ClickAsync();
        var differences = page.GetByRole(AriaRole.Table, new() { Name = "Differences from the Letta server" });
        await Expect(differences).ToContainTextAsync("A tall person.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Push ours…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Push ours" }).ClickAsync();
        await Expect(page.GetByText("The agent on the server matches the registry.")).ToBeVisibleAsync();
        Assert.Equal("A person.", (await readThere()).Split("---\n")[^1].TrimEnd());

        await page.GetByRole(AriaRole.Tab, new() { Name = "Messages" }).ClickAsync();
        var talk = page.GetByRole(AriaRole.Log);
        await page.GetByLabel($"Message to {agent}").FillAsync("Hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(talk).ToContainTextAsync(answer);
        await page.GetByLabel($"Message to {agent}")
            .FillAsync("""CALL Bash {"command":"touch made.txt","description":"makes a file"} END""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "What Bash would do" })).ToContainTextAsync("touch made.txt");
        Assert.Empty(await page.FindFaultsAsync());
        await page.SetViewportSizeAsync(390, 800);
        await AssertFitsAsync(page);
        await page.SetViewportSizeAsync(1280, 800);
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Waiting for an approval")).ToHaveCountAsync(0);
        await Expect(talk).ToContainTextAsync("Bash answers");
        await page.ReloadAsync();
        await Expect(talk).ToContainTextAsync("Bash answers");
        await MoveFileAsync(page);
    }

    /// <summary>An agent file of a V1 server: what is lost is named, a model that the App Server has not is replaced, and the agent is there.</summary>
    private async Task MoveFileAsync(IPage page)
    {
        await page.GotoAsync(new Uri(console.Address, "/agents").AbsoluteUri);
        await page.GetByRole(AriaRole.Button, new() { Name = "Import…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await (await dialog.GetByLabel("Files").OnceItTakesFilesAsync()).SetInputFilesAsync(
            new FilePayload
            {
                Name = "athena.af",
                MimeType = "application/json",
                Buffer = AgentFileTexts.Bytes(AgentFileTexts.Whole).ToArray(),
            }
        );
        await Expect(dialog.GetByText("An App Server can't have all of it. This is lost:")).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await ChooseAsync(dialog.GetByLabel("Model", new() { Exact = true }), RealAppServer.Model);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);

        // Both tests have the same console, and each imports it.
        await page.GetByRole(AriaRole.Table, new() { Name = "Agents", Exact = true })
            .GetByRole(AriaRole.Row)
            .Filter(new() { HasText = "Athena" })
            .Filter(new() { HasNotText = "Not on the Letta server." })
            .GetByRole(AriaRole.Link, new() { Name = "Athena" })
            .ClickAsync();
        await Expect(page.GetByText("The agent on the server matches the registry.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Memory" }).ClickAsync();
        await Expect(page.GetByText("system/persona.md")).ToBeVisibleAsync();
    }
}

using System.Text;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Agents.Moving;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents.AgentFiles;

public sealed class CarryingFilesOfAppServersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_exported_is_imported_with_its_memory_and_without_what_was_said(TestDatabase database)
    {
        await using var world = await MoveWorld.CreateAsync(database, agents: 1);
        var there = world.Server.Agents[FakeAppServer.IdOf(1)];
        (there.Description, there.Tags) = ("Kind", ["git-memory-enabled", "origin:letta-code", "team", "moved-from:agent-1"]);
        there.ModelSettings = new() { ["context_window_limit"] = 9000 };
        there.Binary["pictures/cat.png"] = Convert.ToBase64String([1, 2, 0, 3]);
        Say(there, "default", 450);
        Say(there, "local-conv-7", 2);

        var (name, text) = await ExportedAsync(world);
        var preview = await PreviewedAsync(world, Encoding.UTF8.GetBytes(text));
        var imported = Assert.IsType<Outcome<ImportedAgents>.Ok>(await ImportAsync(world, text, new() { Name = "Athena" })).Value;

        Assert.EndsWith(".agent.json", name, StringComparison.Ordinal);
        Assert.Equal(0, world.Server.CountOf("secret_list"));
        var file = JsonNode.Parse(text)!;
        Assert.Equal(("sanctum-agent", 1), ((string)file["format"]!, (int)file["version"]!));
        Assert.Equal(["team", "moved-from:agent-1"], file["agent"]!["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal([450, 2], file["conversations"]!.AsArray().Select(conversation => conversation!["messages"]!.AsArray().Count));
        Assert.Equal(["2 conversations with 452 messages. An App Server takes no messages."], preview.Lost);
        var made = world.Server.Agents[Assert.Single(imported.LettaUids)];
        Assert.Equal(("Athena", "Kind", "You help.", FakeAppServer.Model), (made.Name, made.Description, made.System, made.Model));
        Assert.Equal(9000, (int)made.ModelSettings!["context_window_limit"]!);
        Assert.Equal(["team", "git-memory-enabled"], made.Tags);
        Assert.Equal("---\ndescription: who it is\n---\nI am kind.\n", made.Memory["system/persona.md"]);
        Assert.Equal("---\ndescription: notes\n---\nNothing yet.\n", made.Memory["notes/today.md"]);
        Assert.Equal(there.Binary["pictures/cat.png"], made.Binary["pictures/cat.png"]);
        Assert.Equal("I am kind.", (await world.ReadAsync(Assert.Single(imported.Ids))).Declared.Blocks!["persona"]);
    }

    [Fact]
    public async Task A_file_of_V1_comes_in_part_with_what_is_lost_named_first_and_a_model_that_is_offered()
    {
        await using var world = await MoveWorld.CreateAsync();
        world.Server.Models.Remove("openai/gpt-4.1");

        var preview = await PreviewedAsync(world, AgentFileTexts.Bytes(AgentFileTexts.Whole));
        var refused = Assert.IsType<Outcome<ImportedAgents>.Invalid>(await ImportAsync(world, AgentFileTexts.Whole, new()));
        var unknown = Assert.IsType<Outcome<ImportedAgents>.Invalid>(
            await ImportAsync(world, AgentFileTexts.Whole, new() { Model = "nope/none" })
        );
        Assert.Equal(0, world.Server.CountOf("agent_create"));
        var imported = Assert
            .IsType<Outcome<ImportedAgents>.Ok>(await ImportAsync(world, AgentFileTexts.Whole, new() { Model = FakeAppServer.Model }))
            .Value;

        Assert.Equal((LettaKind.AppServer, 0), (preview.There.Kind, preview.ExistingTools.Count));
        Assert.Equal(["openai/gpt-4.1"], preview.UnknownModels);
        foreach (var lost in new[] { "2 messages", "web_search, send_message", "openai/text-embedding-3-small", "API_KEY" })
        {
            Assert.Contains(preview.Lost, sentence => sentence.Contains(lost, StringComparison.Ordinal));
        }

        Assert.Contains("openai/gpt-4.1", refused.Reasons[nameof(ImportForm.Model)], StringComparison.Ordinal);
        Assert.Contains("nope/none", unknown.Reasons[nameof(ImportForm.Model)], StringComparison.Ordinal);
        var made = world.Server.Agents[Assert.Single(imported.LettaUids)];
        Assert.Equal(("Athena", "Wise", "Be wise.", FakeAppServer.Model), (made.Name, made.Description, made.System, made.Model));
        Assert.Contains("I am wise.", made.Memory["system/persona.md"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_consoles_own_file_becomes_an_agent_of_a_V1_server_with_an_embedding_that_is_chosen()
    {
        await using var world = await MoveWorld.CreateAsync(agents: 1);
        world.Server.Agents[FakeAppServer.IdOf(1)].Model = "openai/gpt-4.1";
        var (_, text) = await ExportedAsync(world);
        await using var v1 = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);

        var preview = Assert
            .IsType<Outcome<ImportPreview>.Ok>(
                await v1.CallAsync((AgentImport import) => import.PreviewAsync(AgentFileTexts.Bytes(text), Cancel))
            )
            .Value;
        var without = Assert.IsType<Outcome<ImportedAgents>.Invalid>(
            await v1.CallAsync((AgentImport import) => import.ImportAsync(AgentFileTexts.Bytes(text), new(), Cancel))
        );
        var imported = Assert.IsType<Outcome<ImportedAgents>.Ok>(
            await v1.CallAsync(
                (AgentImport import) =>
                    import.ImportAsync(AgentFileTexts.Bytes(text), new() { Embedding = "openai/text-embedding-3-small" }, Cancel)
            )
        );

        Assert.Contains(preview.Lost, lost => lost.Contains("notes/today.md", StringComparison.Ordinal));
        Assert.Contains("embedding", without.Reasons[nameof(ImportForm.Embedding)], StringComparison.Ordinal);
        var view = await v1.ReadAsync(Assert.Single(imported.Value.Ids));
        Assert.Equal(["human", "persona"], view.Declared.Blocks!.Keys);
    }

    [Fact]
    public async Task A_file_of_30_MB_and_one_with_NULs_are_imported()
    {
        await using var world = await MoveWorld.CreateAsync();
        var large = new string('x', 29 << 20);

        var big = Assert.IsType<Outcome<ImportedAgents>.Ok>(await ImportAsync(world, Own("Big", large), new())).Value;
        var nul = Assert.IsType<Outcome<ImportedAgents>.Ok>(await ImportAsync(world, Own("N\\u0000ul", "a\\u0000b"), new())).Value;
        var raw = Assert.IsType<Outcome<ImportedAgents>.Invalid>(await ImportAsync(world, Own("Raw", "a\0b"), new()));
        var tooLong = Assert.IsType<Outcome<ImportedAgents>.Invalid>(await ImportAsync(world, Own("Huge", large + large), new()));

        Assert.True(world.Server.Agents[big.LettaUids[0]].Memory["notes/long.md"].Length > 29 << 20);
        var made = world.Server.Agents[nul.LettaUids[0]];
        Assert.Equal(("Nul", "---\ndescription: long\n---\nab\n"), (made.Name, made.Memory["notes/long.md"]));
        Assert.Contains("can't be read as JSON", raw.Reasons["file"], StringComparison.Ordinal);
        Assert.Equal(AgentFileReader.TooLong, tooLong.Reasons["file"]);
    }

    [Fact]
    public async Task A_server_that_refuses_a_memory_file_keeps_no_half_agent_and_one_that_dies_is_said_to_have_one()
    {
        await using var world = await MoveWorld.CreateAsync();
        world.Server.OnCommand = command =>
        {
            if ((string?)command["type"] == "write_memory_file" && (string?)command["path"] == "die.md")
            {
                world.Server.Cut();
            }

            return Task.CompletedTask;
        };

        var refused = Assert.IsType<Outcome<ImportedAgents>.Invalid>(await ImportAsync(world, Own("One", "x", "refuse.md"), new()));
        Assert.Empty(world.Server.Agents);
        var died = Assert.IsType<Outcome<ImportedAgents>.Invalid>(await ImportAsync(world, Own("Two", "x", "die.md"), new()));

        Assert.EndsWith("What was made before was deleted again.", refused.Reasons["file"], StringComparison.Ordinal);
        Assert.Contains("may still be on the server and incomplete", died.Reasons["file"], StringComparison.Ordinal);
        Assert.Equal(0, await world.CountAsync());
    }

    [Fact]
    public async Task An_agent_that_the_server_made_only_half_is_deleted_again()
    {
        await using var world = await MoveWorld.CreateAsync();
        world.Server.OnAnswer = (command, answer) =>
        {
            if ((string?)command["type"] == "agent_create")
            {
                (answer["success"], answer["error"]) = (false, "Command failed: git commit");
            }
        };

        var refused = Assert.IsType<Outcome<ImportedAgents>.Invalid>(await ImportAsync(world, Own("One", "x"), new()));

        Assert.Contains("Command failed: git commit", refused.Reasons["file"], StringComparison.Ordinal);
        Assert.Empty(world.Server.Agents);
    }

    [Fact]
    public async Task A_later_version_and_a_viewer_are_refused()
    {
        await using var world = await MoveWorld.CreateAsync();
        var vera = await world.Registry.AddUserAsync("vera", UserRole.Viewer);
        var later = Own("Later", "x").Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal);

        var refused = Assert.IsType<Outcome<ImportedAgents>.Invalid>(await ImportAsync(world, later, new()));

        Assert.Contains("later console", refused.Reasons["file"], StringComparison.Ordinal);
        Assert.IsType<Outcome<ImportPreview>.Invalid>(
            await world.CallAsync((AgentImport import) => import.PreviewAsync(AgentFileTexts.Bytes(Own("V", "x")), Cancel), vera)
        );
    }

    private static string Own(string name, string content, string path = "notes/long.md") =>
        $$"""
            {"format": "sanctum-agent", "version": 1, "agent": {"name": "{{name}}", "system": "You help.", "model": "{{FakeAppServer.Model}}", "tags": []},
            "memory": [{"path": "{{path}}", "description": "long", "encoding": "utf8", "content": "{{content}}"}], "conversations": []}
            """;

    private static void Say(FakeAppAgent agent, string conversation, int messages)
    {
        for (var number = 1; number <= messages; number++)
        {
            agent
                .Open(conversation)
                .Add(
                    new()
                    {
                        ["id"] = $"{conversation}-{number}",
                        ["message_type"] = "assistant_message",
                        ["date"] = "2026-11-29T02:19:31.812Z",
                        ["content"] = $"Message {number}",
                    }
                );
        }
    }

    private static async Task<ImportPreview> PreviewedAsync(MoveWorld world, ReadOnlyMemory<byte> file) =>
        Assert.IsType<Outcome<ImportPreview>.Ok>(await world.CallAsync((AgentImport import) => import.PreviewAsync(file, Cancel))).Value;

    private static Task<Outcome<ImportedAgents>> ImportAsync(MoveWorld world, string file, ImportForm form) =>
        world.CallAsync((AgentImport import) => import.ImportAsync(AgentFileTexts.Bytes(file), form, Cancel));

    private static async Task<(string Name, string Text)> ExportedAsync(MoveWorld world)
    {
        var id = await world.AddAsync("One", FakeAppServer.IdOf(1));
        var file = Assert
            .IsType<Outcome<ExportedFile>.Ok>(await world.CallAsync((AgentExport export) => export.ExportAsync(id, Cancel)))
            .Value;
        await using var content = file.Content;
        using var reader = new StreamReader(content);
        return (file.Name, await reader.ReadToEndAsync(Cancel));
    }
}

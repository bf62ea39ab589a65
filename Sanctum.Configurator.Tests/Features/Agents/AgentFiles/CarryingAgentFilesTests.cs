using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents.AgentFiles;

public sealed class CarryingAgentFilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_exported_is_imported_as_an_agent_of_the_registry(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        var file = await ExportedAsync(world, id);
        Assert.DoesNotContain("a-canary-of-the-agent", System.Text.Encoding.UTF8.GetString(file), StringComparison.Ordinal);

        var imported = Assert
            .IsType<Outcome<ImportedAgents>.Ok>(await ImportAsync(world, file, new() { OverrideExistingTools = false, Name = "Athena" }))
            .Value;

        var view = await world.ReadAsync(Assert.Single(imported.Ids));
        Assert.Equal(("Athena", "I am kind."), (view.Agent.Name, view.Declared.Blocks!["persona"]));
        Assert.Equal(
            [("false", "false", "Athena")],
            [(world.There.Imported["override_existing_tools"], world.There.Imported["append_copy_suffix"], world.There.Imported["name"])]
        );
    }

    [Fact]
    public async Task Whether_tools_that_are_there_are_overwritten_is_asked_before_anything_is_sent()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        var file = AgentFileTexts.Bytes(AgentFileTexts.Whole);

        var preview = Assert
            .IsType<Outcome<ImportPreview>.Ok>(await world.CallAsync((AgentImport import) => import.PreviewAsync(file, Cancel)))
            .Value;
        var refused = Assert.IsType<Outcome<ImportedAgents>.Invalid>(await ImportAsync(world, file, new()));
        Assert.DoesNotContain(world.Letta.Requests, request => request.Method != "GET");
        Assert.IsType<Outcome<ImportedAgents>.Ok>(
            await ImportAsync(
                world,
                file,
                new()
                {
                    OverrideExistingTools = true,
                    StripMessages = true,
                    Model = "anthropic/claude",
                }
            )
        );

        Assert.Equal(["web_search"], preview.ExistingTools);
        Assert.Contains("web_search", refused.Reasons[nameof(ImportForm.OverrideExistingTools)], StringComparison.Ordinal);
        Assert.Equal(
            ("true", "true", "anthropic/claude"),
            (world.There.Imported["override_existing_tools"], world.There.Imported["strip_messages"], world.There.Imported["model"])
        );
    }

    [Fact]
    public async Task A_file_that_is_encoded_twice_is_imported_and_one_of_the_first_form_never_sent()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);

        Assert.IsType<Outcome<ImportedAgents>.Ok>(
            await ImportAsync(
                world,
                AgentFileTexts.Bytes(AgentFileTexts.Twice(AgentFileTexts.Whole)),
                new() { OverrideExistingTools = false }
            )
        );
        Assert.IsType<Outcome<ImportedAgents>.Invalid>(await ImportAsync(world, AgentFileTexts.Bytes(AgentFileTexts.FirstForm), new()));

        Assert.Equal(1, await world.CountAsync());
        Assert.Single(world.Letta.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task Several_agents_come_in_one_ZIP_file_that_names_those_that_failed()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 3);
        var ids = await world.AdoptedAsync(1, 2, 3);
        world.There.Remove(2);
        var unlinked = await world.AddAsync("Nobody");

        var file = Assert
            .IsType<Outcome<ExportedFile>.Ok>(await world.CallAsync((AgentExport export) => export.ExportAsync([.. ids, unlinked], Cancel)))
            .Value;

        await using var content = file.Content;
        using var zip = new ZipArchive(content);
        await using var manifest = zip.GetEntry(AgentExport.ManifestName)!.Open();
        var listed = (await JsonNode.ParseAsync(manifest, cancellationToken: Cancel))!;
        Assert.Equal(
            [
                ("Agent 1", null),
                ("Agent 2", "the server answered 404 Not Found: Agent not found."),
                ("Agent 3", null),
                ("Nobody", "it has no Letta id in the registry."),
            ],
            listed["agents"]!.AsArray().Select(agent => ((string)agent!["name"]!, (string?)agent["failure"]))
        );
        Assert.Equal(AgentExport.LeftOut, (string)listed["left_out"]!);
        Assert.Equal(3, zip.Entries.Count);
        foreach (var name in listed["agents"]!.AsArray().Select(agent => (string?)agent!["file"]).OfType<string>())
        {
            await using var entry = zip.GetEntry(name)!.Open();
            using var json = await JsonDocument.ParseAsync(entry, cancellationToken: Cancel);
            Assert.True(json.RootElement.TryGetProperty("agents", out _));
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Secrets_that_the_file_has_left_empty_are_sent_with_it_and_kept_nowhere(TestDatabase database)
    {
        const string Token = "canary-52c08d9e17ab4f36";
        await using var world = await AgentsWorld.CreateAsync(database, 0);
        var file = AgentFileTexts.Bytes(AgentFileTexts.Whole);

        var refused = Assert.IsType<Outcome<ImportedAgents>.Invalid>(
            await ImportAsync(
                world,
                file,
                new()
                {
                    OverrideExistingTools = false,
                    Secrets = new Dictionary<string, string?> { ["CITY"] = Token },
                }
            )
        );
        Assert.IsType<Outcome<ImportedAgents>.Ok>(
            await ImportAsync(
                world,
                file,
                new()
                {
                    OverrideExistingTools = false,
                    Secrets = new Dictionary<string, string?> { ["API_KEY"] = Token },
                }
            )
        );

        Assert.Equal($$"""{"API_KEY":"{{Token}}"}""", world.There.Imported["secrets"]);
        Assert.Equal("The file has no empty secret CITY.", refused.Reasons["Secrets"]);
        Assert.IsType<Outcome<ImportedAgents>.Ok>(
            await ImportAsync(
                world,
                file,
                new()
                {
                    OverrideExistingTools = false,
                    Secrets = new Dictionary<string, string?> { ["API_KEY"] = "" },
                }
            )
        );
        Assert.False(world.There.Imported.ContainsKey("secrets"));
        foreach (var table in new[] { "agents", "change_history", "configurations" })
        {
            var rows = await world.Registry.OutsideAsync(
                database == TestDatabase.Sqlite ? $"SELECT * FROM {table}" : $"SELECT string_agg(t::text, '|') FROM {table} t"
            );
            Assert.DoesNotContain(Token, rows, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_operator_exports_and_does_not_import()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        var oscar = await world.Registry.AddUserAsync("oscar");
        var vera = await world.Registry.AddUserAsync("vera", Sanctum.Configurator.Registry.Users.UserRole.Viewer);

        await using var content = Assert
            .IsType<Outcome<ExportedFile>.Ok>(await world.CallAsync((AgentExport export) => export.ExportAsync(id, Cancel), oscar))
            .Value.Content;
        Assert.IsType<Outcome<ExportedFile>.Invalid>(await world.CallAsync((AgentExport export) => export.ExportAsync(id, Cancel), vera));
        Assert.IsType<Outcome<ImportPreview>.Invalid>(
            await world.CallAsync((AgentImport import) => import.PreviewAsync(AgentFileTexts.Bytes(AgentFileTexts.Whole), Cancel), oscar)
        );
    }

    private static Task<Outcome<ImportedAgents>> ImportAsync(AgentsWorld world, ReadOnlyMemory<byte> file, ImportForm form) =>
        world.CallAsync((AgentImport import) => import.ImportAsync(file, form, Cancel));

    private static async Task<byte[]> ExportedAsync(AgentsWorld world, int id)
    {
        await using var content = Assert
            .IsType<Outcome<ExportedFile>.Ok>(await world.CallAsync((AgentExport export) => export.ExportAsync(id, Cancel)))
            .Value.Content;
        using var held = new MemoryStream();
        await content.CopyToAsync(held, Cancel);
        return held.ToArray();
    }
}

using Sanctum.Configurator.Features.Agents.AppServers;
using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

/// <summary>Files of a memory that are otherwise than those that the console writes.</summary>
public sealed class MemoryOfAppServersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_only_file_is_not_pushed_and_it_is_said()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        const string Kept = "---\ndescription: rules\nread_only: true\n---\nNever lie.\n";
        world.Server.Agents[FakeAppServer.IdOf(1)].Memory["system/rules.md"] = Kept;

        var refused = await Assert.ThrowsAsync<LettaCallException>(() => WriteAsync(world, "rules", "Lie."));

        Assert.StartsWith(
            "the memory file system/rules.md is read-only: its front matter says read_only.",
            refused.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(Kept, world.Server.Agents[FakeAppServer.IdOf(1)].Memory["system/rules.md"]);
        Assert.Equal(0, world.Server.CountOf("write_memory_file"));
    }

    /// <summary>The server leaves what it refuses in the folder: the next comparison would find no difference.</summary>
    [Theory]
    [InlineData("---\ndescription: picky\nother: x\n---\nOld.\n")]
    [InlineData(null)]
    public async Task What_the_server_refuses_does_not_stay_in_the_folder(string? before)
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var memory = world.Server.Agents[FakeAppServer.IdOf(1)].Memory;
        if (before is not null)
        {
            memory["system/picky.md"] = before;
        }

        var refused = await Assert.ThrowsAsync<LettaCallException>(() => WriteAsync(world, "picky", "New."));

        Assert.Equal(
            "the App Server's check of memory files refused system/picky.md, which is as it was: system/picky.md: unknown frontmatter key.",
            refused.Message
        );
        Assert.Equal(before, memory.GetValueOrDefault("system/picky.md"));
    }

    [Theory]
    [InlineData("one\ntwo")]
    [InlineData("one\n\ntwo: three\n")]
    [InlineData("who: the person")]
    [InlineData("\"quoted\"")]
    [InlineData("- a dash")]
    public async Task A_description_is_the_same_after_export_and_import(string description)
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var there = world.Server.Agents[FakeAppServer.IdOf(1)];
        there.Memory["notes/said.md"] = there.Memory["system/said.md"] = AppServerMemory.FrontOf(description) + "Text.\n";
        var written = there.Memory["notes/said.md"];
        Assert.Contains(there.MemoryEntries(), entry => (string?)entry!["description"] == description);

        var copy = await CopyAsync(world, id);

        Assert.Equal((written, written), (copy.Memory["notes/said.md"], copy.Memory["system/said.md"]));
        Assert.Contains(copy.MemoryEntries(), entry => (string?)entry!["description"] == description);
    }

    [Fact]
    public async Task A_block_with_a_description_of_several_lines_keeps_it_when_it_is_pushed()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var memory = world.Server.Agents[FakeAppServer.IdOf(1)].Memory;
        memory["system/human.md"] = "---\ndescription: |\n  who\n  you are\n---\nA person.\n";

        await WriteAsync(world, "human", "A tall person.");

        Assert.Equal("---\ndescription: |\n  who\n  you are\n---\nA tall person.\n", memory["system/human.md"]);
    }

    [Fact]
    public async Task A_text_file_that_the_server_does_not_list_is_shown_exported_and_imported()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        world.Server.Agents[FakeAppServer.IdOf(1)].Unlisted["notes/list.txt"] = "milk\n";

        var files = AppServerWorld.Done(await world.CallAsync((AgentMemory memory) => memory.FilesAsync(id, Cancel)));
        var copy = await CopyAsync(world, id);

        Assert.Equal("notes/list.txt", Assert.Single(files, file => !file.IsListed).Path);
        Assert.Equal("milk\n", copy.Unlisted["notes/list.txt"]);
    }

    [Fact]
    public async Task A_server_that_does_not_show_the_folder_makes_an_export_that_says_so()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        world.Server.OnAnswer = (command, answer) =>
        {
            if ((string?)command["type"] == "get_tree")
            {
                (answer["success"], answer["error"]) = (false, "not allowed");
            }
        };

        var carried = Assert.Single(CarriedAgents.Read(await ExportedAsync(world, id), out _));

        Assert.Contains(
            carried.LostOn(LettaKind.AppServer),
            lost => lost.StartsWith("Memory files that are no Markdown", StringComparison.Ordinal)
        );
    }

    private static Task<int> WriteAsync(AppServerWorld world, string label, string value) =>
        world.CallAsync(
            async (SavedLetta letta) =>
            {
                using var agents = await letta.AgentsAsync(Cancel);
                await agents.PatchBlockAsync(FakeAppServer.IdOf(1), label, value, Cancel);
                return 0;
            }
        );

    private static async Task<FakeAppAgent> CopyAsync(AppServerWorld world, int id)
    {
        var file = await ExportedAsync(world, id);
        var made = await world.CallAsync(
            async (SavedLetta letta) =>
            {
                using var agents = await letta.AgentsAsync(Cancel);
                return await agents.ImportAsync(file, [], Cancel);
            }
        );
        return world.Server.Agents[Assert.Single(made)];
    }

    private static async Task<byte[]> ExportedAsync(AppServerWorld world, int id)
    {
        using var file = new MemoryStream();
        var uid = (await world.RowAsync(id)).LettaUid!;
        await world.CallAsync(
            async (SavedLetta letta) =>
            {
                using var agents = await letta.AgentsAsync(Cancel);
                await agents.ExportAsync(uid, file, Cancel);
                return 0;
            }
        );
        return file.ToArray();
    }
}

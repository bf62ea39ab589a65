using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Agents.AppServers;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

/// <summary>Queue, approvals, memory and skills beside Letta's own App Server, where it is installed.</summary>
public sealed class LettasOwnTalksTests(RealAppServer server) : IClassFixture<RealAppServer>
{
    private const string Call = """CALL Bash {"command":"touch made.txt","description":"makes a file"} END""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_said_meanwhile_waits_is_cancelled_paused_and_gone_on_with()
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await AppServerWorld.CreateAsync(server);
        var (id, _) = await MadeAsync(world, "Queue");
        var first = world.SayAsync(id, "SLOW");
        await Wait.UntilAsync(async () => (await world.ReadAsync(id)).IsAnswering);

        await QueueAsync(world, id, "second");
        var waiting = (await QueueAsync(world, id, "third")).Queue;
        Assert.Equal([("second", "root"), ("third", "root")], waiting.Select(message => (message.Text, message.By)));
        await world.CallAsync((AgentTalk talk) => talk.RemoveQueuedAsync(id, waiting[1].Id, Cancel));
        AppServerWorld.Done(await world.CallAsync((AgentTalk talk) => talk.CancelAsync(id, Cancel)));
        await first;
        await Wait.UntilAsync(async () => (await world.ReadAsync(id)).Queue is [{ Text: "second", IsPaused: true }]);
        await world.CallAsync((AgentTalk talk) => talk.ResumeQueueAsync(id, Cancel));

        await Wait.UntilAsync(async () => (await world.ReadAsync(id)) is { Queue.Count: 0, IsAnswering: false });
        var messages = (await world.ReadAsync(id)).Messages;
        Assert.Equal(["second", "Hello from mock"], messages.TakeLast(2).Select(message => message.Text));
        Assert.DoesNotContain(messages, message => message.Text == "third");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_another_console_decides_is_known_here(bool approve)
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await AppServerWorld.CreateAsync(server);
        await using var other = await AppServerWorld.CreateAsync(server);
        var (id, uid) = await MadeAsync(world, "Approval");
        var theirs = await AdoptedAsync(other, uid);
        await world.SayAsync(id, Call);
        var (waits, limit) = (new TaskCompletionSource(), TimeSpan.FromMinutes(1));
        var watching = world.CallAsync(
            async (AgentTalk talk) =>
            {
                await foreach (var now in talk.WatchAsync(id, Cancel))
                {
                    waits.TrySetResult();
                    if (now.Decision?.Approved is not null)
                    {
                        return now;
                    }
                }

                return null;
            }
        );
        await waits.Task.WaitAsync(limit, Cancel);

        await other.DecideAsync(theirs, approve);

        var decided = await watching.WaitAsync(limit, Cancel);
        Assert.Equal((new LettaDecision(null, approve), null), (decided?.Decision, decided?.Pending));
    }

    [Fact]
    public async Task Descriptions_of_several_lines_and_files_that_it_does_not_list_are_carried()
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await AppServerWorld.CreateAsync(server);
        var (id, uid) = await MadeAsync(world, "Files");
        await WriteAsync(uid, "system/lines.md", "---\ndescription: |-\n  one\n  two\n---\nText.\n");
        await WriteAsync(uid, "notes/lines.md", "---\ndescription: |-\n  one: two\n  \"three\"\n---\nText.\n");
        await WriteAsync(uid, "notes/dash.md", "---\ndescription: - a: \"dash\"\n---\nText.\n");
        await WriteAsync(uid, "notes/list.txt", "milk\n");

        var files = await FilesAsync(world, id);
        Assert.Equal("notes/list.txt", Assert.Single(files, file => !file.IsListed).Path);
        var made = await world.CallAsync(
            async (SavedLetta letta) =>
            {
                using var agents = await letta.AgentsAsync(Cancel);
                using var file = new MemoryStream();
                await agents.ExportAsync(uid, file, Cancel);
                return await agents.ImportAsync(file.ToArray(), [], Cancel);
            }
        );

        var copy = await FilesAsync(world, await AdoptedAsync(world, Assert.Single(made)));
        Assert.Equal(
            files.Select(file => (file.Path, file.Description, file.Content, file.IsListed)).Order(),
            copy.Select(file => (file.Path, file.Description, file.Content, file.IsListed)).Order()
        );
        Assert.Contains(copy, file => file.Description == "one: two\n\"three\"");
        Assert.Contains(copy, file => file.Description == "- a: \"dash\"");
    }

    [Fact]
    public async Task Skills_are_known_once_the_agent_has_answered()
    {
        Assert.SkipWhen(server.SkipReason is not null, server.SkipReason ?? "");
        await using var world = await AppServerWorld.CreateAsync(server);
        var (id, _) = await MadeAsync(world, "Skilled");
        Assert.False((await SkillsAsync(world, id)).IsKnown);
        var folder = Directory.CreateTempSubdirectory("sanctum-skill-");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "SKILL.md"),
                "---\nname: cooking\ndescription: How to cook\n---\nBoil it.\n",
                Cancel
            );
            var enabled = AppServerWorld.Done(
                await world.CallAsync((AgentSkills skills) => skills.EnableAsync(id, new() { Path = folder.FullName }, Cancel))
            );
            await world.SayAsync(id, "Hello");
            var known = await Wait.ForAsync(() => SkillsAsync(world, id), skills => skills.IsKnown);
            var own = Assert.Single(known.Skills, skill => skill.CanBeDisabled);

            Assert.Equal("How to cook", own.Description);
            Assert.Contains(known.Skills, skill => skill.Source == "bundled");
            AppServerWorld.Done(await world.CallAsync((AgentSkills skills) => skills.DisableAsync(id, enabled.Name, Cancel)));
            var refused = Assert.IsType<Outcome<SkillChange>.Invalid>(
                await world.CallAsync((AgentSkills skills) => skills.EnableAsync(id, new() { Path = "/nowhere" }, Cancel))
            );
            Assert.Contains("/nowhere", refused.Reasons[""], StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<(int Id, string Uid)> MadeAsync(AppServerWorld world, string name)
    {
        var made = await server.AskAsync(
            "agent_create",
            new()
            {
                ["body"] = new JsonObject
                {
                    ["name"] = name,
                    ["model"] = RealAppServer.Model,
                    ["system"] = "You answer.",
                },
            }
        );
        var uid = made.GetProperty("agent").GetProperty("id").GetString()!;
        return (await AdoptedAsync(world, uid), uid);
    }

    private static async Task<int> AdoptedAsync(AppServerWorld world, string uid) =>
        Assert.Single(
            AppServerWorld
                .Done(
                    await world.CallAsync(
                        (Sanctum.Configurator.Features.Agents.AgentSync sync) => sync.AdoptAsync([uid], (_, _) => { }, Cancel)
                    )
                )
                .Ids
        );

    private Task WriteAsync(string agent, string path, string content) =>
        server.AskAsync(
            "write_memory_file",
            new()
            {
                ["agent_id"] = agent,
                ["path"] = path,
                ["content"] = content,
                ["commit_message"] = "a test",
            }
        );

    private static async Task<AgentMessages> QueueAsync(AppServerWorld world, int id, string text) =>
        AppServerWorld.Done(await world.CallAsync((AgentTalk talk) => talk.QueueAsync(id, new() { Text = text }, Cancel)));

    private static async Task<IReadOnlyList<AgentMemoryFile>> FilesAsync(AppServerWorld world, int id) =>
        AppServerWorld.Done(await world.CallAsync((AgentMemory memory) => memory.FilesAsync(id, Cancel)));

    private static async Task<AgentSkillList> SkillsAsync(AppServerWorld world, int id) =>
        AppServerWorld.Done(await world.CallAsync((AgentSkills skills) => skills.ListAsync(id, Cancel)));
}

using Sanctum.Configurator.Features.Agents.AppServers;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

/// <summary>What an agent of an App Server has and one of a V1 server has not.</summary>
public sealed class OnlyOnAppServersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_memory_has_files_and_a_past()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);

        var files = AppServerWorld.Done(await world.CallAsync((AgentMemory memory) => memory.FilesAsync(id, Cancel)));
        Assert.Equal(
            [("notes/today.md", false), ("system/human.md", true), ("system/persona.md", true)],
            files.Select(file => (file.Path, file.IsInPrompt))
        );
        var change = Assert.Single(AppServerWorld.Done(await world.CallAsync((AgentMemory memory) => memory.HistoryAsync(id, Cancel))));
        Assert.Equal(("learned a name", "Hermes"), (change.Message, change.Author));
        var difference = AppServerWorld.Done(await world.CallAsync((AgentMemory memory) => memory.DifferenceAsync(id, change.Sha, Cancel)));
        Assert.Contains("+A tall person.", difference.Difference, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_in_which_the_agent_asks_nobody_is_marked_and_mended()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        await world.SayAsync(id, "Hello");

        var conversations = AppServerWorld.Done(await world.CallAsync((AgentConversations all) => all.ListAsync(id, Cancel)));
        Assert.Equal(
            [("Default", "unrestricted", true), ("Console", "standard", false)],
            conversations.Select(conversation => (conversation.Title!, conversation.Mode!, conversation.IsUnasked))
        );

        var mended = AppServerWorld.Done(
            await world.CallAsync((AgentConversations all) => all.SetModeAsync(id, "default", new() { Mode = "standard" }, Cancel))
        );
        Assert.Equal(("standard", false), (mended.Mode, mended.IsUnasked));
        foreach (var (mode, isUnasked) in new[] { ("acceptEdits", true), ("strict", false), ("a mode of tomorrow", true) })
        {
            world.Server.Agents[FakeAppServer.IdOf(1)].Open("default").Mode = mode;
            var now = AppServerWorld.Done(await world.CallAsync((AgentConversations all) => all.ListAsync(id, Cancel)))[0];
            Assert.Equal((mode, isUnasked), (now.Mode, now.IsUnasked));
        }

        Assert.IsType<Outcome<AgentConversation>.Invalid>(
            await world.CallAsync((AgentConversations all) => all.SetModeAsync(id, "default", new() { Mode = "unrestricted" }, Cancel))
        );
    }

    [Fact]
    public async Task Nothing_is_said_where_the_server_keeps_another_mode()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        world.Server.KeepsMode = true;

        var failed = Assert.Single(await world.SayAsync(id, "Hello"));

        Assert.Contains("in which the agent does not ask", failed.Text, StringComparison.Ordinal);
        Assert.Equal(0, world.Server.CountOf("input"));
    }

    [Fact]
    public async Task Schedules_are_added_paused_resumed_run_and_deleted()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 2);
        var (id, other) = (await world.AdoptedAsync(1), await world.AdoptedAsync(2));
        Task<Outcome<AgentSchedule>> Act(int agent, string schedule, string act) =>
            world.CallAsync((AgentSchedules schedules) => schedules.ActAsync(agent, schedule, act, Cancel));
        var form = new AgentScheduleForm
        {
            Name = "morning",
            Cron = "0 9 * * *",
            TimeZone = "Europe/Berlin",
            Prompt = "Good morning",
        };

        var made = AppServerWorld.Done(await world.CallAsync((AgentSchedules schedules) => schedules.AddAsync(id, form, Cancel)));
        Assert.Equal("paused", AppServerWorld.Done(await Act(id, made.Id, "pause")).Status);
        Assert.Equal("active", AppServerWorld.Done(await Act(id, made.Id, "resume")).Status);
        AppServerWorld.Done(await Act(id, made.Id, "trigger"));
        Assert.IsType<Outcome<AgentSchedule>.NotFound>(await Act(other, made.Id, "delete"));
        Assert.IsType<Outcome<AgentSchedule>.Invalid>(await Act(id, made.Id, "explode"));
        var kept = Assert.Single(AppServerWorld.Done(await world.CallAsync((AgentSchedules schedules) => schedules.ListAsync(id, Cancel))));
        Assert.Equal(("morning", "0 9 * * *", "Europe/Berlin", 1), (kept.Name, kept.Cron, kept.TimeZone, kept.Runs));
        world.Server.OnAnswer = (command, answer) =>
        {
            if ((string?)command["type"] == "cron_trigger")
            {
                answer["found"] = false;
            }
        };
        Assert.Contains("not there any more", (await Act(id, made.Id, "trigger")).ProblemWith("it"), StringComparison.Ordinal);
        world.Server.OnAnswer = null;
        AppServerWorld.Done(await Act(id, made.Id, "delete"));
        Assert.Empty(world.Server.Schedules);

        form.Cron = "99 * *";
        var refused = Assert.IsType<Outcome<AgentSchedule>.Invalid>(
            await world.CallAsync((AgentSchedules schedules) => schedules.AddAsync(id, form, Cancel))
        );
        Assert.Contains("Invalid cron expression", refused.Reasons.Values.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_less_reads_and_lets_no_agent_run_unasked()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = await world.AdoptedAsync(1);
        var ute = await world.Registry.AddUserAsync("ute", UserRole.User);
        var vera = await world.Registry.AddUserAsync("vera", UserRole.Viewer);

        AppServerWorld.Done(await world.CallAsync((AgentMemory memory) => memory.FilesAsync(id, Cancel), vera));
        Assert.IsType<Outcome<AgentConversation>.Invalid>(
            await world.CallAsync((AgentConversations all) => all.SetModeAsync(id, "default", new() { Mode = "standard" }, Cancel), vera)
        );
        foreach (var who in new[] { vera, ute })
        {
            var form = new AgentScheduleForm
            {
                Name = "a",
                Cron = "* * * * *",
                Prompt = "b",
            };
            Assert.IsType<Outcome<AgentSchedule>.Invalid>(
                await world.CallAsync((AgentSchedules schedules) => schedules.AddAsync(id, form, Cancel), who)
            );
        }

        Assert.Empty(world.Server.Schedules);
    }

    [Fact]
    public async Task A_V1_server_says_that_it_has_none_of_this()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));

        var refused = Assert.IsType<Outcome<IReadOnlyList<AgentMemoryFile>>.Invalid>(
            await world.CallAsync((AgentMemory memory) => memory.FilesAsync(id, Cancel))
        );

        Assert.Equal("This is a V1 server, and only an App Server has that.", refused.Reasons.Values.Single());
    }
}

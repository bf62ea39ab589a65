using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Agents;
using Sanctum.Configurator.Tests.Features.Backups;
using Sanctum.Configurator.Tests.Features.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

/// <summary>What the console can do by itself when a job or a tool asks it to.</summary>
public sealed class ActsOfTheConsoleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_ends_when_it_was_proven_and_can_be_drilled_again()
    {
        await using var world = await BackupRegistry.CreateAsync();
        await using var scope = await world.Registry.CallAsAsync(world.Administrator);

        Assert.StartsWith("No backup to test yet", await RefusedAsync(scope, "restore_drill"), StringComparison.Ordinal);
        Assert.Equal("Backup 1 passed its restore test.", await DoneAsync(scope, "back_up"));
        Assert.Equal("Backup 1 passed its restore test.", await DoneAsync(scope, "restore_drill"));
    }

    [Fact]
    public async Task A_backup_that_fails_is_a_failure()
    {
        await using var world = await BackupRegistry.CreateAsync();
        await using var scope = await world.Registry.CallAsAsync(world.Administrator);
        Directory.Delete(world.Registry.Location.BackupsFolder, recursive: true);
        await File.WriteAllTextAsync(world.Registry.Location.BackupsFolder, "in its way", Cancel);

        Assert.StartsWith("Backup 1 failed: ", await RefusedAsync(scope, "back_up"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_ends_with_the_agents_answer()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        await using var scope = await world.Registry.CallAsAsync(world.Administrator);

        Assert.Equal(
            "I found three lamps.",
            await DoneAsync(scope, "message_agent", new() { ["agent_id"] = id, ["message"] = "Find me a lamp" })
        );
        world.There.Talk.Reply = FakeLettaReply.AsksForApproval;
        Assert.StartsWith(
            "Waiting for the approval",
            await RefusedAsync(scope, "message_agent", new() { ["agent_id"] = id, ["message"] = "Find me a lamp" }),
            StringComparison.Ordinal
        );
        Assert.NotEmpty(await RefusedAsync(scope, "message_agent", new() { ["agent_id"] = 99, ["message"] = "Hello" }));
    }

    [Fact]
    public async Task Old_lines_of_log_are_removed()
    {
        await using var world = await AlertsWorld.CreateAsync();
        await world.WriteAsync("old", level: LogLevelWord.Info, secondsAgo: 400 * 86_400);
        await world.WriteAsync("new", level: LogLevelWord.Info);
        await world.Store.IndexAsync();
        await using var scope = await world.Registry.CallAsAsync(world.Root);

        Assert.Equal("1 line was removed.", await DoneAsync(scope, "clean_up_logs"));
        Assert.Equal(1, await world.Store.Search.CountAsync(LogFilter.Everything, Cancel));
        await using var ada = await world.Registry.CallAsAsync(world.Ada);
        Assert.NotEmpty(await RefusedAsync(ada, "clean_up_logs"));
    }

    private static async Task<string> DoneAsync(AsyncServiceScope scope, string name, JsonObject? arguments = null) =>
        Assert.IsType<Outcome<string>.Ok>(await RunAsync(scope, name, arguments)).Value;

    private static async Task<string> RefusedAsync(AsyncServiceScope scope, string name, JsonObject? arguments = null) =>
        Assert.IsType<Outcome<string>.Invalid>(await RunAsync(scope, name, arguments)).Reasons.Values.First();

    private static Task<Outcome<string>> RunAsync(AsyncServiceScope scope, string name, JsonObject? arguments) =>
        scope.ServiceProvider.GetServices<IBuiltInTask>().Single(action => action.Name == name).RunAsync(arguments ?? [], Cancel);
}

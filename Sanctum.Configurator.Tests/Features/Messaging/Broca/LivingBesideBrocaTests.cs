using System.Globalization;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Messaging.Broca.Instances;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

/// <summary>Brocas of this machine: found, looked at, and helped along with writes that are safe while they run.</summary>
public sealed class LivingBesideBrocaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Brocas_are_found_by_their_files_and_told_with_their_queues_and_agents()
    {
        await using var world = await BrocaWorld.CreateAsync();
        await world.Registry.OutsideAsync("INSERT INTO agents (name, letta_uid) VALUES ('Athena', 'agent-1')");
        using var file = BrocaDatabaseFile.Odd();
        world.Place(file, "agents/athena/broca", env: "AGENT_ID=agent-1\n");
        world.Place(file, "venv/lib/broca");
        Directory.CreateDirectory(Path.Combine(world.Installation.FullName, "agents/no-broca"));

        var broca = Assert.Single(await ListAsync(world));

        Assert.Equal(
            ("agents/athena/broca", BrocaState.Stopped, "live", 1),
            (broca.Name, broca.Process.State, broca.Mode, broca.AgentId!.Value)
        );
        Assert.Equal("Broca 2 or 3", broca.Shape);
        Assert.Equal((1, 1, 4711), (broca.Queue!.Stuck, broca.Queue.Growing, broca.Queue.MostAttempts));
        Assert.Equal(2, broca.Queue.Counts["failed"]);
        Assert.Equal([5, 6, 7, 8], broca.Queue.Open.Select(row => row.Id));
    }

    [Fact]
    public async Task A_folder_that_lies_elsewhere_is_added_by_who_may_everything_and_taken_out_again()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.Odd();
        await File.WriteAllTextAsync(Path.Combine(file.Folder, "settings.json"), "{}", Cancel);
        var manager = await world.Registry.AddUserAsync("max", UserRole.User, permissions: """["messages:manage"]""");
        var form = new BrocaFolderForm { Path = file.Folder };

        var refused = await world.CallAsync((BrocaInstances brocas) => brocas.AddAsync(form, Cancel), manager);
        var none = await world.CallAsync((BrocaInstances brocas) => brocas.AddAsync(new() { Path = world.Installation.FullName }, Cancel));
        var own = await world.CallAsync(
            (BrocaInstances brocas) => brocas.AddAsync(new() { Path = world.Registry.Location.DataDirectory }, Cancel)
        );
        var added = Assert
            .IsType<Outcome<BrocaInstance>.Ok>(await world.CallAsync((BrocaInstances brocas) => brocas.AddAsync(form, Cancel)))
            .Value;
        var again = await world.CallAsync((BrocaInstances brocas) => brocas.AddAsync(form, Cancel));

        Assert.Contains("every permission", refused.ProblemWith("it"), StringComparison.Ordinal);
        Assert.Contains("There is no Broca in this folder", none.ProblemWith("it"), StringComparison.Ordinal);
        Assert.Contains("own data folder", own.ProblemWith("it"), StringComparison.Ordinal);
        Assert.Contains("in the list already", again.ProblemWith("it"), StringComparison.Ordinal);
        Assert.Equal(added.Id, Assert.Single(await ListAsync(world)).Id);
        Assert.IsType<Outcome<BrocaFolderForm>.Ok>(await world.CallAsync((BrocaInstances brocas) => brocas.RemoveAsync(added.Id, Cancel)));
        Assert.Empty(await ListAsync(world));
    }

    [Fact]
    public async Task Entries_are_requeued_and_flushed_where_that_is_safe()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.Odd();
        var folder = world.Place(file, "athena");
        var id = Assert.Single(await ListAsync(world)).Id;

        var atRest = await RequeueAsync(world, id, 5, 6, 1);
        WritePid(folder, Environment.ProcessId);
        Run(folder, "UPDATE queue SET status = 'processing' WHERE id = 5");
        var flushed = await world.CallAsync((BrocaInstances brocas) => brocas.FlushAsync(id, new() { Ids = [6, 8] }, Cancel));

        Assert.Equal((2, 3), (atRest.Changed, atRest.Asked));
        Assert.Equal(2, Assert.IsType<Outcome<BrocaChanged>.Ok>(flushed).Value.Changed);
        Assert.Equal(
            "completed flushed flushed",
            Ask(folder, "SELECT group_concat(status, ' ') FROM (SELECT status FROM queue WHERE id IN (1, 6, 8) ORDER BY id)")
        );
        Assert.Equal("4711", Ask(folder, "SELECT attempts FROM queue WHERE id = 5"));
    }

    [Fact]
    public async Task A_lock_of_Brocas_is_waited_for_and_said_and_none_is_left()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.Odd();
        var folder = world.Place(file, "athena");
        var id = Assert.Single(await ListAsync(world)).Id;
        await using (var broca = new SqliteConnection($"Data Source={Path.Combine(folder, "sanctum.db")};Pooling=False"))
        {
            await broca.OpenAsync(Cancel);
            await using var writing = broca.BeginTransaction(deferred: false);

            Assert.NotNull(Assert.Single(await ListAsync(world)).Queue);
            var refused = await world.CallAsync((BrocaInstances brocas) => brocas.RequeueAsync(id, new() { Ids = [6] }, Cancel));
            Assert.Contains("Try again in a moment", refused.ProblemWith("it"), StringComparison.Ordinal);
        }

        Assert.Equal(1, (await RequeueAsync(world, id, 6)).Changed);
        Run(folder, "UPDATE queue SET status = 'failed' WHERE id = 6");
        Assert.Equal(["sanctum.db", "settings.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("python\0main.py\0", true, true, BrocaState.Running)]
    [InlineData("/opt/broca/bin/start\0", true, true, BrocaState.Running)]
    [InlineData("nginx\0", true, true, BrocaState.Stale)]
    [InlineData("python\0main.py\0", false, true, BrocaState.Stale)]
    [InlineData(null, true, true, BrocaState.Stale)]
    [InlineData("python\0main.py\0", true, false, BrocaState.Stale)]
    public void A_pid_file_is_believed_only_where_its_process_is_a_Broca_in_this_folder(
        string? command,
        bool isHere,
        bool isOlder,
        BrocaState expected
    )
    {
        var folder = Directory.CreateTempSubdirectory("sanctum-broca-").FullName;
        var system = Directory.CreateTempSubdirectory("sanctum-proc-").FullName;
        try
        {
            WritePid(folder, 4711);
            if (command is not null)
            {
                var process = Directory.CreateDirectory(Path.Combine(system, "4711"));
                File.WriteAllText(Path.Combine(process.FullName, "cmdline"), command);
                File.CreateSymbolicLink(Path.Combine(process.FullName, "cwd"), isHere ? folder : "/var/lib");
                Directory.SetLastWriteTimeUtc(
                    process.FullName,
                    File.GetLastWriteTimeUtc(Path.Combine(folder, BrocaProcess.PidFile)).AddSeconds(isOlder ? -1 : 60)
                );
            }

            var state = BrocaProcess.Of(folder, new OperatorFiles("/nowhere/data"), system);

            Assert.Equal((expected, (int?)4711), (state.State, state.Pid));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(system, recursive: true);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("12x")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999999999999999999999")]
    public void A_pid_file_that_holds_no_process_is_stale(string content)
    {
        var folder = Directory.CreateTempSubdirectory("sanctum-broca-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "run"));
        File.WriteAllText(Path.Combine(folder, BrocaProcess.PidFile), content);

        Assert.Equal(BrocaState.Stale, BrocaProcess.Of(folder, new OperatorFiles("/nowhere/data")).State);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Who_may_not_manage_messages_sees_no_Broca()
    {
        await using var world = await BrocaWorld.CreateAsync();
        var user = await world.Registry.AddUserAsync("ada", UserRole.User);

        var refused = await world.CallAsync((BrocaInstances brocas) => brocas.ListAsync(Cancel), user);

        Assert.Contains("messages:manage", refused.ProblemWith("it"), StringComparison.Ordinal);
    }

    internal static async Task<IReadOnlyList<BrocaInstance>> ListAsync(BrocaWorld world) =>
        Assert
            .IsType<Outcome<BrocaInstanceList>.Ok>(await world.CallAsync((BrocaInstances brocas) => brocas.ListAsync(Cancel)))
            .Value.Items;

    private static async Task<BrocaChanged> RequeueAsync(BrocaWorld world, string id, params int[] ids) =>
        Assert
            .IsType<Outcome<BrocaChanged>.Ok>(
                await world.CallAsync((BrocaInstances brocas) => brocas.RequeueAsync(id, new() { Ids = ids }, Cancel))
            )
            .Value;

    private static void WritePid(string folder, int pid)
    {
        Directory.CreateDirectory(Path.Combine(folder, "run"));
        File.WriteAllText(Path.Combine(folder, BrocaProcess.PidFile), pid.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    private static void Run(string folder, string sql) => Ask(folder, sql);

    private static string Ask(string folder, string sql)
    {
        using var file = new SqliteConnection($"Data Source={Path.Combine(folder, "sanctum.db")};Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = sql;
        return $"{command.ExecuteScalar()}";
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

/// <summary>Who began something waits for the end of that and stops that, whatever else began meanwhile.</summary>
public sealed class StoppingAndWaitingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_that_comes_after_the_end_does_not_stop_what_began_then()
    {
        await using var console = await BackupRegistry.CreateAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var activity = console.Registry.Services.GetRequiredService<BackupActivity>();
        var isOtherStopped = false;
        using var heard = activity.Subscribe(
            OnceOver(
                activity,
                () =>
                {
                    using var other = activity.TryBegin(0, "Something else", Cancel)!;
                    stop.Cancel();
                    isOtherStopped = other.Cancel.IsCancellationRequested;
                }
            )
        );

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => console.RunAsync(BackupActs.BackUp, stop.Token));

        Assert.False(isOtherStopped);
    }

    [Fact]
    public async Task A_restore_asks_for_the_backup_that_it_made_itself()
    {
        const string AddAnother = "INSERT INTO backups (name, status, failure) VALUES ('another', 'Failed', 'Of another console.')";
        await using var console = await BackupRegistry.CreateAsync();
        var agent = await console.AddAgentAsync("Athena");
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync("UPDATE agents SET name = 'Pallas'");
        var activity = console.Registry.Services.GetRequiredService<BackupActivity>();
        using var heard = activity.Subscribe(OnceOver(activity, () => Execute(console, AddAnother)));

        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup));

        Assert.Equal("Athena", (await console.AgentsAsync())[agent]);
    }

    [Fact]
    public async Task A_handle_waits_for_its_own_end_and_stops_nothing_after_it()
    {
        var activity = new BackupActivity(TimeProvider.System);
        var first = activity.TryBegin(3, "The first", Cancel)!;
        var (run, shown) = (first.Run, activity.Current!.Run);
        Assert.False(run.Ended.IsCompleted);
        first.Dispose();
        using var second = activity.TryBegin(3, "The second, with the same backup", Cancel)!;

        await run.Ended.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        shown.Stop();

        Assert.Same(run, shown);
        Assert.False(second.Cancel.IsCancellationRequested);
        Assert.False(second.Run.Ended.IsCompleted);
        activity.Current!.Run.Stop();
        Assert.True(second.Cancel.IsCancellationRequested);
    }

    [Fact]
    public async Task By_its_id_a_backup_is_stopped_only_while_it_is_the_one_that_runs()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var (first, other) = (await console.BackUpAsync(), await console.BackUpAsync());
        using var running = console.Registry.Services.GetRequiredService<BackupActivity>().TryBegin(other.Id, "The other", Cancel)!;

        var refused = await console.AsAdministratorAsync((BackupService backups) => backups.StopAsync(first.Id, Cancel));
        Assert.Equal(
            "This backup is not running, nor is its restore test.",
            Assert.IsType<Outcome<BackupRow>.Invalid>(refused).Reasons[""]
        );
        var missing = await console.AsAdministratorAsync((BackupService backups) => backups.StopAsync(99, Cancel));
        Assert.IsType<Outcome<BackupRow>.NotFound>(missing);
        Assert.False(running.Cancel.IsCancellationRequested);

        var done = await console.AsAdministratorAsync((BackupService backups) => backups.StopAsync(other.Id, Cancel));
        Assert.IsType<Outcome<BackupRow>.Ok>(done);
        Assert.True(running.Cancel.IsCancellationRequested);
    }

    private static void Execute(BackupRegistry console, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={console.Registry.Location.RegistryFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Does something at the moment at which nothing is being done any more, before anybody who waits goes on.</summary>
    private static Action OnceOver(BackupActivity activity, Action act)
    {
        var isOver = false;
        return () =>
        {
            if (activity.Current is null && !isOver)
            {
                isOver = true;
                act();
            }
        };
    }
}

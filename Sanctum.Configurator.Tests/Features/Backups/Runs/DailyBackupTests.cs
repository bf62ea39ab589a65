using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

public sealed class DailyBackupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Between_full_ones_the_others_are_increments(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        await console.Registry.OutsideAsync("UPDATE backup_settings SET full_every_days = 2");
        await AddJobAsync(console, BackupActs.BackUp);

        Assert.Equal("Backup 1 passed its restore test.", await console.RunAsync(BackupActs.BackUp));
        console.Registry.Clock.Advance(TimeSpan.FromHours(1));
        await console.RunAsync(BackupActs.Increment);
        console.Registry.Clock.Advance(TimeSpan.FromHours(23));
        await console.RunAsync(BackupActs.BackUp);
        console.Registry.Clock.Advance(TimeSpan.FromHours(24));
        await console.RunAsync(BackupActs.BackUp);

        await using var context = console.Registry.Open();
        var made = await context.Backups.OrderBy(b => b.Id).ToListAsync(Cancel);
        Assert.Equal([BackupType.Full, BackupType.Incremental, BackupType.Incremental, BackupType.Full], made.Select(b => b.Type));
        Assert.All(
            made,
            backup => Assert.True(backup is { IsAuto: true, Status: BackupStatus.Completed, ExpiresAt: not null }, backup.Failure)
        );
        Assert.Equal(
            [BackupTrigger.Schedule, BackupTrigger.Increment, BackupTrigger.Schedule, BackupTrigger.Schedule],
            made.Select(b => b.Trigger)
        );
        Assert.Equal(["daily", "increment", "daily", "daily"], made.Select(b => b.Name.Split('-')[^1]));
    }

    [Fact]
    public async Task Increments_alone_begin_a_chain_and_begin_anew_in_time()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await AddJobAsync(console, BackupActs.Increment);
        for (var hour = 0; hour < 24; hour += 8)
        {
            await console.RunAsync(BackupActs.Increment);
            console.Registry.Clock.Advance(TimeSpan.FromHours(8));
        }

        await using var context = console.Registry.Open();
        Assert.Equal(
            [BackupType.Full, BackupType.Incremental, BackupType.Full],
            await context.Backups.OrderBy(b => b.Id).Select(b => b.Type).ToListAsync(Cancel)
        );
    }

    [Fact]
    public async Task It_waits_while_something_else_is_done_with_backups()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var other = console.Registry.Services.GetRequiredService<BackupActivity>().TryBegin(0, "Something else", Cancel)!;

        var running = console.RunAsync(BackupActs.BackUp);
        Assert.False(running.IsCompleted);
        other.Dispose();

        Assert.Equal("Backup 1 passed its restore test.", await running);
    }

    [Fact]
    public async Task Whoever_stops_the_run_stops_the_backup()
    {
        await using var console = await BackupRegistry.CreateAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var heard = console.Registry.Services.GetRequiredService<BackupActivity>().Subscribe(stop.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => console.RunAsync(BackupActs.BackUp, stop.Token));

        Assert.Null(console.Registry.Services.GetRequiredService<BackupActivity>().Current);
        await using var context = console.Registry.Open();
        Assert.DoesNotContain(await context.Backups.ToListAsync(Cancel), backup => backup.Status != BackupStatus.Failed);
    }

    [Fact]
    public async Task What_is_old_goes_but_neither_the_last_proven_one_nor_what_people_made()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await console.Registry.OutsideAsync("UPDATE backup_targets SET keep_days = 2");
        var own = await console.BackUpAsync();
        for (var day = 0; day < 2; day++)
        {
            console.Registry.Clock.Advance(TimeSpan.FromDays(1));
            await console.RunAsync(BackupActs.BackUp);
        }

        await console.Registry.OutsideAsync("UPDATE backups SET drill_failure = 'damaged' WHERE id = 3");
        console.Registry.Clock.Advance(TimeSpan.FromDays(9));

        Assert.Equal("1 backup was deleted from this machine.", await console.RunAsync(BackupActs.CleanUp));

        await using var context = console.Registry.Open();
        Assert.Equal([own.Id, 2], await context.Backups.OrderBy(b => b.Id).Select(b => b.Id).ToListAsync(Cancel));
        Assert.True(File.Exists(own.FilePath));
        Assert.Equal(2, Directory.EnumerateFiles(console.Registry.Location.BackupsFolder).Count());
    }

    private static async Task AddJobAsync(BackupRegistry console, string action)
    {
        await using var context = console.Registry.Open();
        context.Add(
            new ScheduledJob
            {
                Name = action,
                CronExpression = "0 3 * * *",
                Action = action,
            }
        );
        await context.SaveChangesAsync(Cancel);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups;

public sealed class DailyBackupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task It_is_made_once_a_day_and_again_after_a_night_off(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        await console.Registry.OutsideAsync("UPDATE system_config SET created_at = '2000-01-01 00:00:00'");
        Assert.Equal(1, await TickAsync(console));
        Assert.Equal(1, await TickAsync(console));

        console.Registry.Clock.Advance(TimeSpan.FromHours(60));

        Assert.Equal(2, await TickAsync(console));
        await using var context = console.Registry.Open();
        Assert.All(await context.Backups.ToListAsync(Cancel), backup => Assert.True(backup is { IsAuto: true, Type: BackupType.Full, IsKept: true, ExpiresAt: not null }));
    }

    [Fact]
    public async Task What_is_old_goes_but_neither_the_last_proven_one_nor_what_people_made()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await console.Registry.OutsideAsync("UPDATE system_config SET created_at = '2000-01-01 00:00:00'; UPDATE backup_targets SET keep_days = 2");
        var own = await console.BackUpAsync();
        console.Registry.Clock.Advance(TimeSpan.FromDays(1));
        await TickAsync(console);
        console.Registry.Clock.Advance(TimeSpan.FromDays(1));
        await TickAsync(console);
        await console.Registry.OutsideAsync("UPDATE backups SET drill_failure = 'damaged' WHERE id = 3");

        console.Registry.Clock.Advance(TimeSpan.FromDays(9));
        await using (var context = console.Registry.Open())
        {
            var worker = ActivatorUtilities.CreateInstance<BackupWorker>(console.Registry.Services);
            await worker.TickAsync(Cancel);
            await console.Registry.Services.GetRequiredService<BackupRunner>().Finished;

            Assert.Equal([own.Id, 2, 4], await context.Backups.OrderBy(b => b.Id).Select(b => b.Id).ToListAsync(Cancel));
        }

        Assert.True(File.Exists(own.FilePath));
        Assert.Equal(3, Directory.EnumerateFiles(console.Registry.Location.BackupsFolder).Count());
    }

    /// <summary>Lets the worker look once.</summary>
    /// <returns>How many backups there are then.</returns>
    private static async Task<int> TickAsync(BackupRegistry console)
    {
        await ActivatorUtilities.CreateInstance<BackupWorker>(console.Registry.Services).TickAsync(Cancel);
        await console.Registry.Services.GetRequiredService<BackupRunner>().Finished;
        await using var context = console.Registry.Open();
        return await context.Backups.CountAsync(Cancel);
    }
}

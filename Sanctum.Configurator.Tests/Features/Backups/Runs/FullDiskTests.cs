using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Data.Sqlite;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

/// <summary>A disk that fills up or can't be written costs the backup and nothing else.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_fills_up_during_a_backup_fails_it_and_the_next_one_works()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await using var disk = await SmallDisk.CreateAsync(console.Registry.Location.BackupsFolder);
        await console.AddAgentAsync("Athena");

        BackupRow backup;
        using (FillAt(console, disk, "Packing"))
        {
            backup = await console.BackUpAsync(new() { Passphrase = "the lamp is lit at nine" });
        }

        Assert.Equal(
            (
                BackupStatus.Failed,
                $"The disk of {disk.Folder} is full. The incomplete backup was deleted. Free some space or delete old backups."
            ),
            (backup.Status, backup.Failure)
        );
        Assert.Equal([SmallDisk.Filler], Leftovers(disk));
        Assert.Equal(["Athena"], (await console.AgentsAsync()).Values);
        disk.Free();
        Assert.True((await console.BackUpAsync()).IsProven);
    }

    [Fact]
    public async Task A_disk_that_fills_up_during_the_drill_leaves_the_backup_unproven_and_the_next_drill_proves_it()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await using var disk = await SmallDisk.CreateAsync(console.Registry.Location.BackupsFolder);

        BackupRow backup;
        using (FillAt(console, disk, "Restoring into a temporary database"))
        {
            backup = await console.BackUpAsync();
        }

        Assert.Equal((BackupStatus.Completed, false), (backup.Status, backup.IsProven));
        Assert.StartsWith($"The disk of {disk.Folder} is full.", backup.DrillFailure, StringComparison.Ordinal);
        Assert.Equal([".chain", Path.GetFileName(backup.FilePath!), SmallDisk.Filler], Leftovers(disk));
        disk.Free();
        await console.AsAdministratorAsync((BackupService backups) => backups.DrillAsync(backup.Id, null, Cancel));
        await console.Registry.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);
        Assert.True((await console.AsAdministratorAsync((BackupService backups) => backups.FindAsync(backup.Id, Cancel)))!.IsProven);
    }

    [Fact]
    public async Task What_the_next_increment_needs_is_remembered_whole_or_not_at_all()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await using var disk = await SmallDisk.CreateAsync(console.Registry.Location.BackupsFolder);
        using var file = SqlitePages.OfFile(console.Registry.Location.RegistryFile);
        var pages = PageHashes.Of(file, null, Cancel);
        await using var scope = console.Registry.Services.CreateAsyncScope();
        var heads = scope.ServiceProvider.GetRequiredService<ChainHeads>();
        Directory.CreateDirectory(Path.Combine(disk.Folder, ".chain"));
        disk.Fill();

        Assert.Throws<IOException>(() =>
            heads.Remember(Guid.CreateVersion7(), new Dictionary<string, PageHashes> { ["registry.db"] = pages })
        );

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(disk.Folder, ".chain")));
    }

    [Fact]
    public async Task On_a_full_disk_nothing_is_backed_up_drilled_or_restored_and_the_registry_stays()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await using var disk = await SmallDisk.CreateAsync(console.Registry.Location.BackupsFolder);
        await console.AddAgentAsync("Athena");
        var backup = await console.BackUpAsync();
        await console.AddAgentAsync("Timbre");
        disk.Fill();

        var failed = await console.BackUpAsync();
        await console.AsAdministratorAsync((BackupService backups) => backups.DrillAsync(backup.Id, null, Cancel));
        await console.Registry.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);
        var drilled = await console.AsAdministratorAsync((BackupService backups) => backups.FindAsync(backup.Id, Cancel));
        var restored = Assert.IsType<Outcome<RestorePlan>.Invalid>(await console.RestoreAsync(backup));

        Assert.Equal(BackupStatus.Failed, failed.Status);
        Assert.StartsWith($"The disk of {disk.Folder} has ", failed.Failure, StringComparison.Ordinal);
        Assert.StartsWith($"The disk of {disk.Folder} has ", drilled!.DrillFailure, StringComparison.Ordinal);
        Assert.StartsWith($"Nothing was changed. The disk of {disk.Folder} has ", restored.Reasons[""], StringComparison.Ordinal);
        Assert.Equal([".chain", Path.GetFileName(backup.FilePath!), SmallDisk.Filler], Leftovers(disk));
        Assert.Equal(["Athena", "Timbre"], (await console.AgentsAsync()).Values);
        disk.Free();
        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup));
        Assert.Equal(["Athena"], (await console.AgentsAsync()).Values);
    }

    [Fact]
    public async Task A_disk_that_can_not_be_written_is_said_and_the_registry_stays()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await using var disk = await SmallDisk.CreateAsync(console.Registry.Location.BackupsFolder);
        await console.AddAgentAsync("Athena");
        var backup = await console.BackUpAsync();
        await console.AddAgentAsync("Timbre");
        await disk.RemountAsync("ro");
        var sentence = $"The disk of {disk.Folder} is read-only. Mount it for writing or choose another folder.";

        var failed = await console.BackUpAsync();
        await console.AsAdministratorAsync((BackupService backups) => backups.DrillAsync(backup.Id, null, Cancel));
        await console.Registry.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);
        var drilled = await console.AsAdministratorAsync((BackupService backups) => backups.FindAsync(backup.Id, Cancel));
        var restored = Assert.IsType<Outcome<RestorePlan>.Invalid>(await console.RestoreAsync(backup));

        Assert.Equal((BackupStatus.Failed, sentence), (failed.Status, failed.Failure));
        Assert.Equal(sentence, drilled!.DrillFailure);
        Assert.Equal($"Nothing was changed. {sentence}", restored.Reasons[""]);
        Assert.Equal(["Athena", "Timbre"], (await console.AgentsAsync()).Values);
        await disk.RemountAsync("rw");
        Assert.True((await console.BackUpAsync()).IsProven);
    }

    private static IDisposable FillAt(BackupRegistry console, SmallDisk disk, string step)
    {
        var activity = console.Registry.Services.GetRequiredService<BackupActivity>();
        return activity.Subscribe(() =>
        {
            if (activity.Current?.What == step)
            {
                disk.Fill();
            }
        });
    }

    private static IEnumerable<string?> Leftovers(SmallDisk disk) =>
        Directory.EnumerateFileSystemEntries(disk.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

public sealed class BackingUpTests
{
    private const string Passphrase = "the lamp is lit at nine";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_backup_is_proven_by_restoring_it(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        await console.AddAgentAsync("Athena");

        var backup = await console.BackUpAsync(new() { Note = "before the move" });

        Assert.Equal((BackupStatus.Completed, null, null, true), (backup.Status, backup.Failure, backup.DrillFailure, backup.IsProven));
        Assert.Equal(console.Registry.Clock.GetUtcNow(), backup.DrilledAt);
        Assert.Equal("before the move", backup.Description);
        Assert.Equal(new FileInfo(backup.FilePath!).Length, backup.SizeBytes);
        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        Assert.Equal(
            database == TestDatabase.Sqlite ? ["registry.db", "logs.db"] : ["registry.db", "registry.dump", "logs.db"],
            archive.Manifest.Parts.Select(part => part.Name)
        );
        Assert.Equal(1, archive.Manifest.Parts[0].Rows!["agents"]);
        Assert.Equal([backup.FilePath], Directory.EnumerateFiles(console.Registry.Location.BackupsFolder));
    }

    [Fact]
    public async Task The_sqlite3_command_reads_the_same_rows_out_of_it()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await console.AddAgentAsync("Athena");
        await console.AddAgentAsync("Timbre");
        const string Rows =
            "SELECT * FROM agents ORDER BY id; SELECT * FROM users ORDER BY id; SELECT * FROM system_config; SELECT * FROM change_history WHERE table_name <> 'backups' ORDER BY id;";
        var source = await console.Registry.OutsideAsync(Rows);

        var backup = await console.BackUpAsync();

        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        var copy = Path.Combine(console.Registry.Location.DataDirectory, "copy.db");
        await using (var file = File.Create(copy))
        {
            await archive.CopyAsync(archive.Manifest.Parts[0], file, null, Cancel);
        }

        Assert.NotEqual("", source);
        Assert.Equal(source, await Sqlite3.RunAsync(copy, Rows));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Config_only_leaves_out_what_happened(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        await console.AddAgentAsync("Athena");

        var backup = await console.BackUpAsync(new() { Type = BackupType.ConfigOnly });

        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        var registry = Assert.Single(archive.Manifest.Parts);
        Assert.Equal((1, 0, 0), (registry.Rows!["agents"], registry.Rows["change_history"], registry.Rows["user_sessions"]));
        Assert.True(backup.IsProven, backup.Trouble);
    }

    [Fact]
    public async Task The_key_ring_is_inside_only_under_a_passphrase()
    {
        await using var console = await BackupRegistry.CreateAsync();
        console
            .Registry.Services.GetRequiredService<Sanctum.Configurator.Platform.Secrets.SecretBox>()
            .Seal("a secret", new("system_config", "x", "1"));

        var open = await console.BackUpAsync();
        var closed = await console.BackUpAsync(new() { Passphrase = Passphrase });

        using (var archive = ArchiveReader.Open(open.FilePath!, null))
        {
            Assert.DoesNotContain(archive.Manifest.Parts, part => part.Name.StartsWith("keys/", StringComparison.Ordinal));
        }

        using (var archive = ArchiveReader.Open(closed.FilePath!, PassphraseKeys.Of(Passphrase)))
        {
            Assert.Contains(archive.Manifest.Parts, part => part.Name.StartsWith("keys/key-", StringComparison.Ordinal));
        }

        Assert.True(closed is { IsEncrypted: true, IsProven: true }, closed.Trouble);
    }

    [Fact]
    public async Task A_backup_that_was_damaged_on_the_disk_is_no_longer_recoverable()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var backup = await console.BackUpAsync();
        var bytes = await File.ReadAllBytesAsync(backup.FilePath!, Cancel);
        bytes[bytes.Length / 3] ^= 4;
        await File.WriteAllBytesAsync(backup.FilePath!, bytes, Cancel);

        var verdict = Assert
            .IsType<Outcome<BackupVerdict>.Ok>(
                await console.AsAdministratorAsync((BackupService backups) => backups.VerifyAsync(backup.Id, null, Cancel))
            )
            .Value;
        await console.AsAdministratorAsync((BackupService backups) => backups.DrillAsync(backup.Id, null, Cancel));
        await console.Registry.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);
        var drilled = await console.AsAdministratorAsync((BackupService backups) => backups.FindAsync(backup.Id, Cancel));

        Assert.False(verdict.Ok);
        Assert.StartsWith("The part registry.db is damaged", drilled!.DrillFailure, StringComparison.Ordinal);
        Assert.False(drilled.IsProven);
        Assert.Null(await console.AsAdministratorAsync((BackupService backups) => backups.FindProvenAsync(Cancel)));
    }

    [Fact]
    public async Task Where_it_can_not_be_written_the_backup_failed_and_nothing_half_made_is_left()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var folder = console.Registry.Location.BackupsFolder;
        Directory.Delete(folder, recursive: true);
        await File.WriteAllTextAsync(folder, "a file where the folder should be", Cancel);

        var backup = await console.BackUpAsync();

        Assert.Equal(BackupStatus.Failed, backup.Status);
        Assert.NotNull(backup.Failure);
        Assert.Null(backup.DrilledAt);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_console_that_was_killed_leaves_nothing_half_made_and_nothing_going_on(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var files = console.Registry.Services.GetRequiredService<BackupFiles>();
        var path = files.PathOf(files.NewName(BackupTrigger.Manual));
        await File.WriteAllTextAsync(BackupFiles.PartialOf(path), "half", Cancel);
        var work = Directory.CreateDirectory(Path.Combine(files.Folder, ".work-of-the-killed"));
        await File.WriteAllTextAsync($"{work.FullName}.lock", "", Cancel);
        await using (var context = console.Registry.Open())
        {
            context.Add(
                new Backup
                {
                    Name = "half",
                    Status = BackupStatus.InProgress,
                    FilePath = path,
                }
            );
            await context.SaveChangesAsync(Cancel);
        }

        await console.Registry.Services.GetRequiredService<BackupRunner>().StartAsync(Cancel);

        Assert.Empty(Directory.EnumerateFileSystemEntries(files.Folder));
        Assert.False(Directory.Exists(work.FullName));
        var row = Assert.Single(await console.AsAdministratorAsync((BackupService backups) => backups.ListAsync(Cancel)));
        Assert.Equal((BackupStatus.Failed, "The console stopped while the backup was running."), (row.Status, row.Failure));
    }

    [Fact]
    public async Task A_backup_that_was_whole_when_the_console_was_killed_is_kept_and_can_be_proven()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync("UPDATE backups SET status = 'In Progress', drilled_at = NULL");

        await console.Registry.Services.GetRequiredService<BackupRunner>().StartAsync(Cancel);
        await console.AsAdministratorAsync((BackupService backups) => backups.DrillAsync(backup.Id, null, Cancel));
        await console.Registry.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);

        Assert.True((await console.AsAdministratorAsync((BackupService backups) => backups.FindAsync(backup.Id, Cancel)))!.IsProven);
    }

    [Fact]
    public async Task A_second_backup_waits_for_the_first()
    {
        await using var console = await BackupRegistry.CreateAsync();
        using (console.Registry.Services.GetRequiredService<BackupActivity>().TryBegin(0, "Something", Cancel))
        {
            var refused = Assert.IsType<Outcome<BackupRow>.Invalid>(
                await console.AsAdministratorAsync((BackupService backups) => backups.BackUpAsync(new(), Cancel))
            );
            Assert.StartsWith("Another backup, restore test or restore is running.", refused.Reasons[""], StringComparison.Ordinal);
        }

        Assert.True((await console.BackUpAsync()).IsProven);
    }

    [Fact]
    public async Task Stopping_it_leaves_a_failed_row_that_says_so()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var activity = console.Registry.Services.GetRequiredService<BackupActivity>();
        using var stopper = activity.Subscribe(() => activity.Current?.Run.Stop());

        var backup = await console.BackUpAsync();

        Assert.Equal((BackupStatus.Failed, "Stopped before it was complete."), (backup.Status, backup.Failure));
        Assert.Empty(Directory.EnumerateFiles(console.Registry.Location.BackupsFolder));
    }

    [Fact]
    public async Task A_viewer_makes_nothing_and_a_user_deletes_nothing()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var backup = await console.BackUpAsync();
        var (vera, ulf) = (await console.Registry.AddUserAsync("vera", UserRole.Viewer), await console.Registry.AddUserAsync("ulf"));

        await using var viewer = await console.Registry.CallAsAsync(vera);
        await using var user = await console.Registry.CallAsAsync(ulf);

        Assert.IsType<Outcome<BackupRow>.Invalid>(
            await viewer.ServiceProvider.GetRequiredService<BackupService>().BackUpAsync(new(), Cancel)
        );
        Assert.IsType<Outcome<BackupRow>.Invalid>(
            await user.ServiceProvider.GetRequiredService<BackupService>().DeleteAsync(backup.Id, Cancel)
        );
        Assert.IsType<Outcome<RestorePlan>.Invalid>(
            await user.ServiceProvider.GetRequiredService<RestoreService>().RestoreAsync(backup.Id, new() { DryRun = true }, Cancel)
        );
        Assert.True(File.Exists(backup.FilePath));
    }

    [Fact]
    public async Task Deleting_takes_the_file_along_but_no_file_of_anybody_elses()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var backup = await console.BackUpAsync();
        var foreign = Path.Combine(console.Registry.Location.DataDirectory, "precious.sanctum");
        await File.WriteAllTextAsync(foreign, "precious", Cancel);
        await console.Registry.OutsideAsync($"INSERT INTO backups (name, file_path, status) VALUES ('planted', '{foreign}', 'Completed')");

        foreach (var row in await console.AsAdministratorAsync((BackupService backups) => backups.ListAsync(Cancel)))
        {
            Assert.IsType<Outcome<BackupRow>.Ok>(
                await console.AsAdministratorAsync((BackupService backups) => backups.DeleteAsync(row.Id, Cancel))
            );
        }

        Assert.False(File.Exists(backup.FilePath));
        Assert.True(File.Exists(foreign));
        await using var context = console.Registry.Open();
        Assert.False(await context.Backups.AnyAsync(Cancel));
    }
}

using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

public sealed class IncrementalBackupTests
{
    private const string Passphrase = "the lamp is lit at nine";

    private static readonly BackupForm Incremental = new() { Type = BackupType.Incremental };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Each_increment_is_a_moment_to_go_back_to(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        await console.AddAgentAsync("Athena");
        var full = await console.BackUpAsync();
        await console.AddAgentAsync("Monday");
        var first = await console.BackUpAsync(Incremental);
        await console.AddAgentAsync("Timbre");
        var second = await console.BackUpAsync(Incremental);

        Assert.Equal(
            [(BackupType.Full, null), (BackupType.Incremental, full.ArchiveId), (BackupType.Incremental, first.ArchiveId)],
            new[] { full, first, second }.Select(row => (row.Type, row.ParentArchiveId))
        );
        Assert.All([first, second], row => Assert.True(row.IsProven, row.Trouble));
        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(first));
        Assert.Equal(["Athena", "Monday"], (await console.AgentsAsync()).Values.Order());
        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(second));
        Assert.Equal(["Athena", "Monday", "Timbre"], (await console.AgentsAsync()).Values.Order());
    }

    [Fact]
    public async Task It_stores_what_changed_and_not_the_rest()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await console.BackUpAsync();
        await console.AddAgentAsync("Monday");

        var increment = await console.BackUpAsync(Incremental);

        using var archive = ArchiveReader.Open(increment.FilePath!, null);
        var registry = archive.Manifest.Parts.Single(part => part.Name == BackupMaker.RegistryPart);
        Assert.Equal(PartKind.Pages, registry.Kind);
        Assert.InRange(registry.Size, 4096, registry.Whole!.Size / 3);
    }

    [Fact]
    public async Task With_nothing_to_continue_it_is_a_full_one_and_says_so()
    {
        await using var console = await BackupRegistry.CreateAsync();

        var backup = await console.BackUpAsync(Incremental);

        Assert.Equal(
            (BackupType.Full, null, "A full backup was made, because there is no earlier backup with this passphrase."),
            (backup.Type, backup.ParentArchiveId, backup.Description)
        );
    }

    [Fact]
    public async Task It_continues_the_newest_under_its_own_passphrase()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var open = await console.BackUpAsync();
        var closed = await console.BackUpAsync(new() { Passphrase = Passphrase });

        var afterOpen = await console.BackUpAsync(Incremental);
        var afterClosed = await console.BackUpAsync(new() { Type = BackupType.Incremental, Passphrase = Passphrase });
        var another = await console.BackUpAsync(new() { Type = BackupType.Incremental, Passphrase = "quite another passphrase" });

        Assert.Equal(
            (open.ArchiveId, closed.ArchiveId, null),
            (afterOpen.ParentArchiveId, afterClosed.ParentArchiveId, another.ParentArchiveId)
        );
        Assert.True(afterClosed.IsProven, afterClosed.Trouble);
    }

    [Fact]
    public async Task It_never_continues_one_that_was_found_bad()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var full = await console.BackUpAsync();
        await using (var registry = console.Registry.Open())
        {
            (await registry.Backups.SingleAsync(b => b.Id == full.Id, Cancel)).DrillFailure = "It was found bad.";
            await registry.SaveChangesAsync(Cancel);
        }

        Assert.Equal(BackupType.Full, (await console.BackUpAsync(Incremental)).Type);
    }

    [Fact]
    public async Task Where_what_it_continues_is_gone_it_is_not_restored_and_says_what_is_missing()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var full = await console.BackUpAsync();
        await console.AddAgentAsync("Monday");
        var increment = await console.BackUpAsync(Incremental);
        File.Delete(full.FilePath!);

        var refused = Assert.IsType<Outcome<RestorePlan>.Invalid>(await console.RestoreAsync(increment));

        Assert.Contains($"depends on {Path.GetFileName(full.FilePath)}, which is missing", refused.Reasons[""], StringComparison.Ordinal);
        Assert.Equal(["Monday"], (await console.AgentsAsync()).Values);
    }

    [Fact]
    public async Task A_backup_that_others_continue_is_not_deleted_by_itself()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var full = await console.BackUpAsync();
        var increment = await console.BackUpAsync(Incremental);

        var refused = Assert.IsType<Outcome<BackupRow>.Invalid>(
            await console.AsAdministratorAsync((BackupService backups) => backups.DeleteAsync(full.Id, Cancel))
        );

        Assert.Equal($"{increment.Name} depends on this backup. Delete that one first.", refused.Reasons[""]);
        Assert.True(File.Exists(full.FilePath));
    }
}

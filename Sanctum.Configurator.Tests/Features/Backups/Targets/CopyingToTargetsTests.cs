using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Targets;

public sealed class CopyingToTargetsTests : IDisposable
{
    private readonly string _nas = Directory.CreateTempSubdirectory("sanctum-nas-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_nas, recursive: true);

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_backup_is_copied_to_each_target_that_is_on_and_each_has_its_own_result(TestDatabase database)
    {
        await using var fake = await FakeS3.StartAsync();
        await using var console = await BackupRegistry.CreateAsync(database);
        await AddAsync(console, new() { Name = "NAS", Folder = _nas });
        await AddAsync(
            console,
            new()
            {
                Name = "Off",
                Folder = "/nowhere/at/all",
                IsOn = false,
            }
        );
        await AddAsync(console, Bucket(fake));
        await AddAsync(console, new() { Name = "Zeppelin", Folder = Path.Combine(_nas, "gone") });

        var backup = await console.BackUpAsync();
        await TickAsync(console);

        var copies = await CopiesAsync(console, backup);
        Assert.Equal(["Cellar", "NAS", "Zeppelin"], copies.Select(c => c.Target));
        Assert.Equal([CopyState.Stored, CopyState.Stored, CopyState.Failed], copies.Select(c => c.State));
        Assert.Equal(console.Registry.Clock.GetUtcNow(), copies[0].StoredAt);
        Assert.Contains("was not found. Mount it", copies[2].Failure, StringComparison.Ordinal);
        Assert.Equal(console.Registry.Clock.GetUtcNow().AddMinutes(1), copies[2].RetryAt);
        Assert.Equal(
            await File.ReadAllBytesAsync(backup.FilePath!, Cancel),
            await File.ReadAllBytesAsync(Path.Combine(_nas, Path.GetFileName(backup.FilePath!)), Cancel)
        );
        Assert.Equal(await File.ReadAllBytesAsync(backup.FilePath!, Cancel), Assert.Single(fake.Objects).Value);
    }

    [Fact]
    public async Task What_failed_is_tried_again_with_longer_and_longer_breaks_and_then_given_up()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await AddAsync(console, new() { Name = "NAS", Folder = Path.Combine(_nas, "gone") });
        var backup = await console.BackUpAsync();
        var breaks = new List<double>();
        for (var attempt = 1; attempt < BackupCopier.MostAttempts; attempt++)
        {
            await TickAsync(console);
            var copy = Assert.Single(await CopiesAsync(console, backup));
            breaks.Add((copy.RetryAt!.Value - console.Registry.Clock.GetUtcNow()).TotalMinutes);
            console.Registry.Clock.Advance(copy.RetryAt.Value - console.Registry.Clock.GetUtcNow());
        }

        await TickAsync(console);
        Assert.Equal([1, 5, 15, 60, 60], breaks.Take(5));
        Assert.True(Assert.Single(await CopiesAsync(console, backup)) is { State: CopyState.Failed, RetryAt: null, Failure: not null });

        // It is mounted and saved again: a fresh start.
        Directory.CreateDirectory(Path.Combine(_nas, "gone"));
        var target = (await ListAsync(console))[1];
        Assert.IsType<Outcome<BackupTargetRow>.Ok>(
            await console.AsAdministratorAsync((BackupTargetService targets) => targets.SaveAsync(target.ToForm(), Cancel))
        );
        await TickAsync(console);
        Assert.True(Assert.Single(await CopiesAsync(console, backup)) is { State: CopyState.Stored, Failure: null });
    }

    [Fact]
    public async Task What_failed_while_the_clock_was_far_ahead_is_tried_again_now()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await AddAsync(console, new() { Name = "NAS", Folder = Path.Combine(_nas, "gone") });
        var backup = await console.BackUpAsync();
        console.Registry.Clock.Advance(TimeSpan.FromDays(10));
        await TickAsync(console);
        Directory.CreateDirectory(Path.Combine(_nas, "gone"));

        console.Registry.Clock.AdjustTime(console.Registry.Clock.GetUtcNow().AddDays(-10));
        await TickAsync(console);

        Assert.Equal(CopyState.Stored, Assert.Single(await CopiesAsync(console, backup)).State);
    }

    [Fact]
    public async Task A_target_that_hangs_is_given_up_and_holds_nobody_else()
    {
        await using var fake = await FakeS3.StartAsync();
        fake.Manner = (_, _) => FakeS3Manner.Hang;
        await using var console = await BackupRegistry.CreateAsync();
        await AddAsync(console, Bucket(fake));
        await AddAsync(console, new() { Name = "NAS", Folder = _nas });
        var backup = await console.BackUpAsync();
        var copier = console.Registry.Services.GetRequiredService<BackupCopier>();

        await copier.TickAsync(Cancel);
        await fake.Hanging.Task;
        await Wait.UntilAsync(async () => (await CopiesAsync(console, backup)).Any(copy => copy.State == CopyState.Stored));
        console.Registry.Clock.Advance(TimeSpan.FromSeconds(61));
        await copier.Finished;

        var copies = await CopiesAsync(console, backup);
        Assert.Equal([CopyState.Failed, CopyState.Stored], copies.Select(c => c.State));
        Assert.Contains("did not respond for 60 seconds", copies[0].Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_object_that_is_refused_keeps_no_other_waiting()
    {
        await using var fake = await FakeS3.StartAsync();
        await using var console = await BackupRegistry.CreateAsync();
        var locked = await console.BackUpAsync();
        console.Registry.Clock.Advance(TimeSpan.FromMinutes(1));
        var free = await console.BackUpAsync();
        fake.Manner = (method, key) =>
            method == "PUT" && key.Contains(locked.Name, StringComparison.Ordinal)
                ? new(System.Net.HttpStatusCode.Forbidden, "AccessDenied")
                : null;
        await AddAsync(console, Bucket(fake));

        await TickAsync(console);

        Assert.Equal(
            (CopyState.Failed, CopyState.Stored),
            ((await CopiesAsync(console, locked))[0].State, (await CopiesAsync(console, free))[0].State)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_a_killed_console_was_copying_is_copied_at_the_next_start(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        await AddAsync(console, new() { Name = "NAS", Folder = _nas });
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync(
            $"INSERT INTO backup_copies (backup_id, target_id, state, attempts) VALUES ({backup.Id}, 2, 'waiting', 1)"
        );

        await TickAsync(console);
        Assert.Equal(CopyState.Waiting, Assert.Single(await CopiesAsync(console, backup)).State);

        await console.Registry.Services.GetRequiredService<BackupCopier>().ResumeAsync(Cancel);
        await TickAsync(console);
        Assert.Equal(CopyState.Stored, Assert.Single(await CopiesAsync(console, backup)).State);
    }

    [Fact]
    public async Task A_file_that_is_damaged_here_is_not_copied()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await AddAsync(console, new() { Name = "NAS", Folder = _nas });
        var backup = await console.BackUpAsync();
        await File.AppendAllTextAsync(backup.FilePath!, "!", Cancel);

        await TickAsync(console);

        Assert.Contains("is damaged", Assert.Single(await CopiesAsync(console, backup)).Failure, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_nas));
    }

    [Fact]
    public async Task A_file_that_is_gone_here_is_brought_back_from_the_target_that_has_it_whole()
    {
        await using var fake = await FakeS3.StartAsync();
        await using var console = await BackupRegistry.CreateAsync();
        await AddAsync(console, Bucket(fake));
        await AddAsync(console, new() { Name = "NAS", Folder = _nas });
        var backup = await console.BackUpAsync();
        await TickAsync(console);
        var content = await File.ReadAllBytesAsync(backup.FilePath!, Cancel);
        File.Delete(backup.FilePath!);
        var copies = console.Registry.Services.GetRequiredService<BackupCopies>();
        var stored = Path.Combine(_nas, Path.GetFileName(backup.FilePath!));
        await File.WriteAllTextAsync(stored, "somebody else's", Cancel);

        Assert.Equal(backup.FilePath, Assert.IsType<Outcome<string>.Ok>(await copies.BringBackAsync(backup.Id, Cancel)).Value);
        Assert.Equal(content, await File.ReadAllBytesAsync(backup.FilePath!, Cancel));

        File.Delete(backup.FilePath!);
        fake.Damage(fake.Objects.Keys.Single());
        var refused = Assert.IsType<Outcome<string>.Invalid>(await copies.BringBackAsync(backup.Id, Cancel)).Reasons[""];
        Assert.Contains(" on Cellar ", refused, StringComparison.Ordinal);
        Assert.Contains(" on NAS ", refused, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(console.Registry.Location.BackupsFolder));
    }

    [Fact]
    public async Task A_backup_that_is_deleted_goes_from_the_targets_too_or_stays_everywhere()
    {
        await using var fake = await FakeS3.StartAsync();
        await using var console = await BackupRegistry.CreateAsync();
        await AddAsync(console, Bucket(fake));
        var backup = await console.BackUpAsync();
        await TickAsync(console);

        fake.Manner = (_, _) => FakeS3Manner.Expired;
        var refused = Assert.IsType<Outcome<BackupRow>.Invalid>(
            await console.AsAdministratorAsync((BackupService backups) => backups.DeleteAsync(backup.Id, Cancel))
        );
        Assert.Contains("have expired", refused.Reasons[""], StringComparison.Ordinal);
        Assert.True(File.Exists(backup.FilePath));

        fake.Manner = (_, _) => null;
        Assert.IsType<Outcome<BackupRow>.Ok>(
            await console.AsAdministratorAsync((BackupService backups) => backups.DeleteAsync(backup.Id, Cancel))
        );
        Assert.Empty(fake.Objects);
        Assert.False(File.Exists(backup.FilePath));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Each_target_keeps_what_its_own_rules_say_and_the_list_what_any_holds(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        await console.Registry.OutsideAsync("UPDATE backup_targets SET keep_days = NULL, keep_last = 1 WHERE kind = 'local'");
        await AddAsync(
            console,
            new()
            {
                Name = "NAS",
                Folder = _nas,
                KeepLast = 2,
            }
        );
        for (var day = 0; day < 3; day++)
        {
            await console.RunAsync(BackupActs.CleanUp);
            await console.RunAsync(BackupActs.BackUp);
            await TickAsync(console);
            console.Registry.Clock.Advance(TimeSpan.FromDays(1));
        }

        await TickAsync(console);
        await console.RunAsync(BackupActs.CleanUp);
        await console.RunAsync(BackupActs.BackUp);

        // The fourth is not in the target yet, but what makes way for it stays until it is there.
        Assert.Equal(2, Directory.EnumerateFiles(_nas).Count());
        await TickAsync(console);
        await TickAsync(console);
        await using var context = console.Registry.Open();
        await console.RunAsync(BackupActs.CleanUp);
        Assert.Equal([3, 4], (await context.Backups.ToListAsync(Cancel)).Select(b => b.Id).Order());
        Assert.Equal(2, Directory.EnumerateFiles(_nas).Count());
        Assert.Single(Directory.EnumerateFiles(console.Registry.Location.BackupsFolder));
    }

    internal static BackupTargetForm Bucket(FakeS3 fake) =>
        new()
        {
            Name = "Cellar",
            Kind = BackupTargetKind.S3,
            Endpoint = fake.Address.ToString(),
            Region = FakeS3.Region,
            Bucket = FakeS3.Bucket,
            Prefix = "home",
            AccessKey = FakeS3.AccessKey,
            SecretKey = FakeS3.SecretKey,
        };

    private static async Task AddAsync(BackupRegistry console, BackupTargetForm form)
    {
        var outcome = await console.AsAdministratorAsync((BackupTargetService targets) => targets.SaveAsync(form, Cancel));
        Assert.True(
            outcome is Outcome<BackupTargetRow>.Ok,
            outcome is Outcome<BackupTargetRow>.Invalid refused ? string.Join(' ', refused.Reasons) : $"{outcome}"
        );
    }

    private static Task<IReadOnlyList<BackupTargetRow>> ListAsync(BackupRegistry console) =>
        console.AsAdministratorAsync((BackupTargetService targets) => targets.ListAsync(Cancel));

    private static async Task TickAsync(BackupRegistry console)
    {
        var copier = console.Registry.Services.GetRequiredService<BackupCopier>();
        await copier.TickAsync(Cancel);
        await copier.Finished;
    }

    private static async Task<List<CopyRow>> CopiesAsync(BackupRegistry console, BackupRow backup) =>
        [.. (await console.Registry.Services.GetRequiredService<BackupCopies>().CopiesOfAsync([backup.Id], Cancel))[backup.Id]];
}

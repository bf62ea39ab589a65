using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Backups.Targets;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Settings;

public sealed class SettingUpBackupsTests
{
    private const string Passphrase = "the lamp is lit at nine";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_saved_is_in_force_and_the_passphrase_is_sealed_and_never_told(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var form = (await ReadAsync(console)).ToForm();
        (form.FullEveryDays, form.Drill, form.WithLogs, form.Passphrase) = (7, RestoreTestSchedule.Never, false, Passphrase);

        var saved = Assert.IsType<Outcome<BackupSettingsRow>.Ok>(await SaveAsync(console, form)).Value;

        Assert.True(saved is { HasPassphrase: true, FullEveryDays: 7, Version: 2 }, $"{saved}");
        Assert.StartsWith(
            "sealed:v1:",
            (await console.Registry.OutsideAsync("SELECT passphrase FROM backup_settings")).Trim(),
            StringComparison.Ordinal
        );
        var effective = await console.AsAdministratorAsync((BackupSettingsReader reader) => reader.ReadAsync(Cancel));
        Assert.Equal((RestoreTestSchedule.Never, false, Passphrase), (effective.Drill, effective.Logs, effective.Passphrase));
        Assert.DoesNotContain(Passphrase, $"{effective}", StringComparison.Ordinal);

        // Left alone it stays; emptied it goes.
        var again = saved.ToForm();
        again.FullEveryDays = 8;
        Assert.True(Assert.IsType<Outcome<BackupSettingsRow>.Ok>(await SaveAsync(console, again)).Value.HasPassphrase);
        (again.Version, again.Passphrase) = (3, "");
        Assert.False(Assert.IsType<Outcome<BackupSettingsRow>.Ok>(await SaveAsync(console, again)).Value.HasPassphrase);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_second_of_two_writers_gets_the_first_ones_settings(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var (first, second) = ((await ReadAsync(console)).ToForm(), (await ReadAsync(console)).ToForm());
        (first.FullEveryDays, second.FullEveryDays) = (3, 5);
        await SaveAsync(console, first);

        Assert.Equal(3, Assert.IsType<Outcome<BackupSettingsRow>.Conflict>(await SaveAsync(console, second)).Current.FullEveryDays);
        Assert.Equal(3, (await ReadAsync(console)).FullEveryDays);
    }

    [Fact]
    public async Task Who_may_not_restore_changes_nothing()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var user = await console.Registry.AddUserAsync("uma", UserRole.User);
        await using var scope = await console.Registry.CallAsAsync(user);
        var (settings, targets) = (
            scope.ServiceProvider.GetRequiredService<BackupSettingsService>(),
            scope.ServiceProvider.GetRequiredService<BackupTargetService>()
        );

        Assert.IsType<Outcome<BackupSettingsRow>.Invalid>(await settings.SaveAsync((await settings.ReadAsync(Cancel)).ToForm(), Cancel));
        Assert.IsType<Outcome<BackupTargetRow>.Invalid>(await targets.SaveAsync(new() { Name = "NAS", Folder = "/mnt/nas" }, Cancel));
        Assert.IsType<Outcome<BackupTargetRow>.Invalid>(await targets.DeleteAsync(1, Cancel));
        Assert.IsType<Outcome<TargetVerdict>.Invalid>(await targets.TestAsync(new() { Name = "NAS", Folder = "/mnt/nas" }, Cancel));
        Assert.Single(await targets.ListAsync(Cancel));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_target_is_added_changed_and_deleted_and_its_secret_is_sealed(TestDatabase database)
    {
        await using var fake = await FakeS3.StartAsync();
        await using var console = await BackupRegistry.CreateAsync(database);

        var added = Assert.IsType<Outcome<BackupTargetRow>.Ok>(await SaveAsync(console, CopyingToTargetsTests.Bucket(fake))).Value;
        Assert.True(added is { HasSecretKey: true, Prefix: "home/", Held: 0 });
        Assert.StartsWith(
            "sealed:v1:",
            (await console.Registry.OutsideAsync("SELECT secret_key FROM backup_targets WHERE kind = 's3'")).Trim(),
            StringComparison.Ordinal
        );

        var form = added.ToForm();
        (form.Name, form.KeepWeekly, form.SecretKey) = ("The cellar", 4, null);
        var changed = Assert.IsType<Outcome<BackupTargetRow>.Ok>(await SaveAsync(console, form)).Value;
        Assert.True(changed is { Name: "The cellar", KeepWeekly: 4, HasSecretKey: true });
        Assert.True(Assert.IsType<Outcome<TargetVerdict>.Ok>(await TestAsync(console, changed.ToForm())).Value.Ok);
        Assert.Equal("The cellar", Assert.IsType<Outcome<BackupTargetRow>.Conflict>(await SaveAsync(console, form)).Current.Name);

        Assert.IsType<Outcome<BackupTargetRow>.Ok>(
            await console.AsAdministratorAsync((BackupTargetService targets) => targets.DeleteAsync(added.Id, Cancel))
        );
        Assert.IsType<Outcome<BackupTargetRow>.NotFound>(await SaveAsync(console, changed.ToForm()));
        Assert.Single(await console.AsAdministratorAsync((BackupTargetService targets) => targets.ListAsync(Cancel)));
    }

    [Fact]
    public async Task What_is_wrong_is_said_by_field()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await SaveAsync(console, new BackupTargetForm { Name = "NAS", Folder = "/mnt/nas" });

        Assert.Equal(
            ["AccessKey", "Bucket", "Endpoint", "KeepDays", "Prefix", "SecretKey"],
            await ReasonsAsync(
                console,
                new()
                {
                    Name = "x",
                    Kind = BackupTargetKind.S3,
                    Endpoint = "s3.example/bucket",
                    Prefix = "a/../b",
                    KeepDays = -1,
                }
            )
        );
        Assert.Equal(["Folder", "Name"], await ReasonsAsync(console, new() { Folder = "nas" }));
        Assert.Equal(["Name"], await ReasonsAsync(console, new() { Name = "nas", Folder = "/mnt/other" }));
        Assert.Equal(["Folder"], await ReasonsAsync(console, new() { Name = "y", Folder = console.Registry.Location.BackupsFolder }));
        Assert.Equal(["Kind"], await ReasonsAsync(console, new() { Name = "z", Kind = BackupTargetKind.Local }));
        Assert.Equal(
            ["IsOn", "Kind"],
            await ReasonsAsync(
                console,
                new()
                {
                    Id = 2,
                    Version = 1,
                    Name = "z",
                    Kind = BackupTargetKind.Local,
                    IsOn = false,
                }
            )
        );
        Assert.Equal(
            ["IsOn"],
            await ReasonsAsync(
                console,
                new()
                {
                    Id = 1,
                    Version = 1,
                    Name = "z",
                    Kind = BackupTargetKind.Local,
                    IsOn = false,
                }
            )
        );
        Assert.IsType<Outcome<BackupTargetRow>.Invalid>(
            await console.AsAdministratorAsync((BackupTargetService targets) => targets.DeleteAsync(1, Cancel))
        );
        Assert.Equal(2, (await console.AsAdministratorAsync((BackupTargetService targets) => targets.ListAsync(Cancel))).Count);
    }

    [Fact]
    public async Task A_target_that_is_moved_is_filled_anew_and_what_is_already_there_is_found()
    {
        var (one, two) = (
            Directory.CreateTempSubdirectory("sanctum-one-").FullName,
            Directory.CreateTempSubdirectory("sanctum-two-").FullName
        );
        try
        {
            await using var console = await BackupRegistry.CreateAsync();
            var target = Assert
                .IsType<Outcome<BackupTargetRow>.Ok>(await SaveAsync(console, new BackupTargetForm { Name = "NAS", Folder = one }))
                .Value;
            var (kept, gone) = (await console.BackUpAsync(), await console.BackUpAsync());
            var copier = console.Registry.Services.GetRequiredService<BackupCopier>();
            await copier.TickAsync(Cancel);
            await copier.Finished;
            File.Move(Path.Combine(one, Path.GetFileName(gone.FilePath!)), Path.Combine(two, Path.GetFileName(gone.FilePath!)));
            File.Delete(gone.FilePath!);

            var form = target.ToForm();
            form.Folder = two;
            Assert.IsType<Outcome<BackupTargetRow>.Ok>(await SaveAsync(console, form));
            await copier.TickAsync(Cancel);
            await copier.Finished;

            var copies = await console.Registry.Services.GetRequiredService<BackupCopies>().CopiesOfAsync([kept.Id, gone.Id], Cancel);
            Assert.All(copies, rows => Assert.Equal(CopyState.Stored, Assert.Single(rows).State));
            Assert.Equal(2, Directory.EnumerateFiles(two).Count());
        }
        finally
        {
            Directory.Delete(one, recursive: true);
            Directory.Delete(two, recursive: true);
        }
    }

    [Fact]
    public async Task The_console_backs_up_what_the_settings_say_and_under_their_passphrase()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var form = (await ReadAsync(console)).ToForm();
        (form.WithLogs, form.Passphrase, form.Drill) = (false, Passphrase, RestoreTestSchedule.Never);
        await SaveAsync(console, form);

        Assert.Equal("Backup 1 was made.", await console.RunAsync(BackupActs.BackUp));

        await using (var context = console.Registry.Open())
        {
            var made = await context.Backups.SingleAsync(Cancel);
            Assert.True(made is { IsEncrypted: true, DrilledAt: null, Status: BackupStatus.Completed }, made.Failure);
            using var archive = Sanctum.Configurator.Features.Backups.Archive.ArchiveReader.Open(
                made.FilePath!,
                Sanctum.Configurator.Features.Backups.Archive.PassphraseKeys.Of(Passphrase)
            );
            Assert.DoesNotContain(archive.Manifest.Parts, part => part.Name == "logs.db");
        }

        Assert.Equal("Backup 1 passed its restore test.", await console.RunAsync(BackupActs.Drill));
        await using var later = console.Registry.Open();
        Assert.True((await later.Backups.SingleAsync(Cancel)) is { DrilledAt: not null, DrillFailure: null });
    }

    [Fact]
    public async Task A_passphrase_that_can_not_be_read_fails_where_everybody_sees_it()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await console.Registry.OutsideAsync("UPDATE backup_settings SET passphrase = 'sealed:v1:AAAA'");

        Assert.Contains("enter the passphrase again", await console.RunAsync(BackupActs.BackUp), StringComparison.Ordinal);

        await using var context = console.Registry.Open();
        var failed = await context.Backups.SingleAsync(Cancel);
        Assert.Equal(BackupStatus.Failed, failed.Status);
        Assert.Contains("enter the passphrase again", failed.Failure, StringComparison.Ordinal);
    }

    private static Task<BackupSettingsRow> ReadAsync(BackupRegistry console) =>
        console.AsAdministratorAsync((BackupSettingsService settings) => settings.ReadAsync(Cancel));

    private static Task<Outcome<BackupSettingsRow>> SaveAsync(BackupRegistry console, BackupSettingsForm form) =>
        console.AsAdministratorAsync((BackupSettingsService settings) => settings.SaveAsync(form, Cancel));

    private static Task<Outcome<BackupTargetRow>> SaveAsync(BackupRegistry console, BackupTargetForm form) =>
        console.AsAdministratorAsync((BackupTargetService targets) => targets.SaveAsync(form, Cancel));

    private static Task<Outcome<TargetVerdict>> TestAsync(BackupRegistry console, BackupTargetForm form) =>
        console.AsAdministratorAsync((BackupTargetService targets) => targets.TestAsync(form, Cancel));

    private static async Task<IEnumerable<string>> ReasonsAsync(BackupRegistry console, BackupTargetForm form) =>
        Assert.IsType<Outcome<BackupTargetRow>.Invalid>(await SaveAsync(console, form)).Reasons.Keys.Order(StringComparer.Ordinal);
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

public sealed class UploadingBackupsTests
{
    private const string Passphrase = "the lamp is lit at nine";

    /// <summary>A backup file of a registry whose list of backups is of another schema.</summary>
    private static async Task<string> PackAsync(BackupRegistry console)
    {
        var path = Path.Combine(console.Registry.Location.DataDirectory, "packed.sanctum");
        await console.AsAdministratorAsync(
            (BackupMaker maker) => maker.MakeAsync(path, new(), null, new DirectProgress<BackupStep>(_ => { }), Cancel)
        );
        return path;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_backup_of_another_console_is_taken_and_restored(TestDatabase database)
    {
        await using var there = await BackupRegistry.CreateAsync();
        await there.AddAgentAsync("Athena");
        var made = await there.BackUpAsync(new() { Passphrase = Passphrase });
        await using var here = await BackupRegistry.CreateAsync(database);

        var taken = Assert.IsType<Outcome<BackupRow>.Ok>(await UploadAsync(here, made.FilePath!, Passphrase)).Value;

        Assert.Equal(
            (BackupStatus.Completed, BackupType.Full, true, made.ArchiveId, made.Checksum, made.SizeBytes),
            (taken.Status, taken.Type, taken.IsEncrypted, taken.ArchiveId, taken.Checksum, taken.SizeBytes)
        );
        Assert.False(taken.IsProven);
        Assert.Equal(BackupTrigger.Upload, taken.Trigger);
        var plan = Assert.IsType<Outcome<RestorePlan>.Ok>(await here.PreviewAsync(taken, Passphrase)).Value;
        Assert.Equal(1, plan.Tables.Single(table => table.Table == "agents").Inserted);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_backup_of_the_last_console_before_the_one_start_is_taken_and_restored(TestDatabase database)
    {
        await using var there = await BackupRegistry.CreateAsync();
        await there.AddAgentAsync("Athena");
        await FormerConsole.LeaveAsync(there.Registry);
        var file = await PackAsync(there);
        await using var here = await BackupRegistry.CreateAsync(database);

        var taken = Assert.IsType<Outcome<BackupRow>.Ok>(await UploadAsync(here, file, null)).Value;

        using (var archive = ArchiveReader.Open(file, null))
        {
            Assert.Equal("20261129042320_Rights", archive.Manifest.Schema);
        }

        Assert.True((await here.DrillAsync(taken)).IsProven);
        Assert.IsType<Outcome<RestorePlan>.Ok>(await here.RestoreAsync(taken));
        Assert.Equal(["Athena"], (await here.AgentsAsync()).Values);
    }

    [Fact]
    public async Task A_backup_of_an_earlier_console_is_refused_and_what_to_do_is_said()
    {
        await using var there = await BackupRegistry.CreateAsync();
        await FormerConsole.LeaveAsync(there.Registry, registryLacks: 1);
        var file = await PackAsync(there);
        await using var here = await BackupRegistry.CreateAsync();
        var listed = await here.BackUpAsync();
        File.Copy(file, listed.FilePath!, overwrite: true);

        const string Why =
            "It contains a registry at 20261122102326_BackupsByJobs, which this version can no longer upgrade. "
            + "Restore it with the previous version, start that once, then start this one.";
        Assert.Equal($"The upload was refused. {Why}", Reason(await UploadAsync(here, file, null)));
        var restored = Assert.IsType<Outcome<RestorePlan>.Invalid>(await here.PreviewAsync(listed));
        Assert.Equal($"Nothing was changed. {Why}", restored.Reasons[""]);
    }

    [Fact]
    public async Task What_is_here_already_is_refused()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var made = await console.BackUpAsync();

        Assert.Equal(
            $"The upload was refused. This backup already exists as {made.Name}.",
            Reason(await UploadAsync(console, made.FilePath!, null))
        );
        Assert.Single(Directory.EnumerateFiles(console.Registry.Location.BackupsFolder));
    }

    [Fact]
    public async Task A_file_that_was_lost_comes_back_to_its_row()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var made = await console.BackUpAsync();
        var kept = Path.Combine(console.Registry.Location.DataDirectory, "kept");
        File.Move(made.FilePath!, kept);

        var taken = Assert.IsType<Outcome<BackupRow>.Ok>(await UploadAsync(console, kept, null)).Value;

        Assert.Equal((made.Id, made.FilePath, true), (taken.Id, taken.FilePath, taken.FileIsThere));
    }

    [Fact]
    public async Task An_increment_without_what_it_continues_is_refused_and_afterwards_taken()
    {
        await using var there = await BackupRegistry.CreateAsync();
        var full = await there.BackUpAsync();
        await there.AddAgentAsync("Monday");
        var increment = await there.BackUpAsync(new() { Type = BackupType.Incremental });
        await using var here = await BackupRegistry.CreateAsync();

        Assert.Contains("which is missing", Reason(await UploadAsync(here, increment.FilePath!, null)), StringComparison.Ordinal);
        Assert.IsType<Outcome<BackupRow>.Ok>(await UploadAsync(here, full.FilePath!, null));
        Assert.IsType<Outcome<BackupRow>.Ok>(await UploadAsync(here, increment.FilePath!, null));
    }

    [Theory]
    [InlineData("foreign", "This is not a backup of Sanctum Configurator.")]
    [InlineData("flipped", "is damaged")]
    [InlineData("cut", "The file is incomplete")]
    [InlineData("newer", "The backup was made by a newer console (test). Update this console first.")]
    [InlineData("type", "The backup was made by a newer console (test). Update this console first.")]
    public async Task What_can_not_be_restored_here_is_refused_with_the_reason(string kind, string reason)
    {
        await using var console = await BackupRegistry.CreateAsync();
        var file = Path.Combine(console.Registry.Location.DataDirectory, "upload");
        await WriteAsync(file, kind);

        Assert.Contains(reason, Reason(await UploadAsync(console, file, null)), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(console.Registry.Location.BackupsFolder));
        await using var registry = console.Registry.Open();
        Assert.Equal(0, await registry.Backups.CountAsync(Cancel));
    }

    [Fact]
    public async Task An_encrypted_one_is_refused_without_its_passphrase()
    {
        await using var there = await BackupRegistry.CreateAsync();
        var made = await there.BackUpAsync(new() { Passphrase = Passphrase });
        await using var here = await BackupRegistry.CreateAsync();

        Assert.Contains("Enter its passphrase", Reason(await UploadAsync(here, made.FilePath!, null)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_restore_may_not_upload()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var made = await console.BackUpAsync();
        await using var scope = await console.Registry.CallAsAsync(await console.Registry.AddUserAsync("vera", UserRole.User));

        Assert.Equal(
            "You don't have permission to upload backups.",
            Reason(
                await scope
                    .ServiceProvider.GetRequiredService<BackupUploads>()
                    .TakeAsync(File.OpenRead(made.FilePath!), null, null, null, Cancel)
            )
        );
    }

    private static string Reason(Outcome<BackupRow> outcome) => Assert.IsType<Outcome<BackupRow>.Invalid>(outcome).Reasons.Values.Single();

    private static async Task<Outcome<BackupRow>> UploadAsync(BackupRegistry console, string file, string? passphrase)
    {
        await using var content = File.OpenRead(file);
        return await console.AsAdministratorAsync(
            (BackupUploads uploads) => uploads.TakeAsync(content, content.Length, passphrase, null, Cancel)
        );
    }

    private static async Task WriteAsync(string file, string kind)
    {
        if (kind == "foreign")
        {
            await File.WriteAllTextAsync(file, "PK and so on, for longer than any mark at the beginning of a file", Cancel);
            return;
        }

        await using (var writer = await ArchiveWriter.CreateAsync(file, null, null, Cancel))
        {
            await writer.AddAsync("notes.txt", PartKind.File, new MemoryStream(new byte[4096]), null, null, Cancel);
            var schema = kind == "newer" ? "29991231000000_Later" : "";
            await writer.FinishAsync(
                parts => new(writer.Id, DateTimeOffset.UnixEpoch, "test", schema, kind == "type" ? "differential" : "full", false, parts),
                Cancel
            );
        }

        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        bytes[^200] ^= (byte)(kind == "flipped" ? 1 : 0);
        await File.WriteAllBytesAsync(file, kind == "cut" ? bytes[..^40] : bytes, Cancel);
    }
}

using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Tests.Features.Backups.Sources;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

/// <summary>Several consoles on one PostgreSQL, and perhaps on one folder of backups.</summary>
public sealed class SharingARegistryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_console_that_starts_leaves_a_backup_alone_that_another_one_is_making()
    {
        using var scripts = new PostgresScripts();
        scripts.Write(
            "pg_dump",
            $"touch '{scripts.Folder}/own'; mv '{scripts.Folder}/own' '{scripts.Folder}/begun'; until [ -e '{scripts.Folder}/go' ]; do sleep 0.1; done; exec pg_dump \"$@\""
        );
        scripts.Write("pg_restore", "exec pg_restore \"$@\"");
        await using var console = await BackupRegistry.CreateAsync(TestDatabase.Postgres, ("Registry:PostgresPrograms", scripts.Folder));
        await using var other = console.Registry.BuildConsole(services =>
        {
            services.AddAccount();
            services.AddBackupActs();
        });
        var begun = Assert
            .IsType<Outcome<BackupRow>.Ok>(
                await console.AsAdministratorAsync((BackupService backups) => backups.BackUpAsync(new(), Cancel))
            )
            .Value;
        var partial = BackupFiles.PartialOf(begun.FilePath!);
        await File.WriteAllTextAsync(partial, "half", Cancel);
        await scripts.WaitForAsync("begun", Cancel);

        await other.GetRequiredService<BackupRunner>().StartAsync(Cancel);

        Assert.Equal(BackupStatus.InProgress, (await FindAsync(console, begun.Id)).Status);
        Assert.True(File.Exists(partial));
        Assert.Single(Directory.EnumerateDirectories(console.Registry.Location.BackupsFolder, ".work-*"));
        await File.WriteAllTextAsync(scripts.PathOf("go"), "", Cancel);
        await console.Registry.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);
        var done = await FindAsync(console, begun.Id);
        Assert.True(done is { IsProven: true, Warning: null }, done.Trouble ?? done.Warning);
        await console.Registry.OutsideAsync("UPDATE backups SET status = 'In Progress'");
        await other.GetRequiredService<BackupRunner>().StartAsync(Cancel);
        Assert.Equal(BackupStatus.Completed, (await FindAsync(console, begun.Id)).Status);
    }

    private static async Task<BackupRow> FindAsync(BackupRegistry console, int id) =>
        (await console.AsAdministratorAsync((BackupService backups) => backups.FindAsync(id, Cancel)))!;

    [Fact]
    public async Task A_folder_that_somebody_works_in_and_a_file_that_is_open_stay()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var files = console.Registry.Services.GetRequiredService<BackupFiles>();
        var (open, left, named) = (files.PathOf("open"), files.PathOf("left"), files.PathOf("named"));
        foreach (var path in new[] { left, named })
        {
            await File.WriteAllTextAsync(BackupFiles.PartialOf(path), "half", Cancel);
        }

        await using (PrivateFiles.Create(BackupFiles.PartialOf(open)))
        using (var work = files.NewWorkFolder())
        {
            files.DeleteHalfMade(["named"]);

            Assert.True(Directory.Exists(work.Path));
            Assert.Equal(
                [$"{named}.partial", $"{open}.partial"],
                Directory.EnumerateFiles(files.Folder, "*.partial").Order(StringComparer.Ordinal)
            );
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(files.Folder, ".work-*"));
        files.DeleteHalfMade([]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(files.Folder));
    }
}

using System.Security.Cryptography;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Targets;

public sealed class StoringInAFolderTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("sanctum-folder-").FullName;

    public StoringInAFolderTests()
    {
        Directory.CreateDirectory(Local);
        Directory.CreateDirectory(Nas);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Local => Path.Combine(_home, "backups");

    private string Nas => Path.Combine(_home, "nas");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task What_is_stored_is_listed_fetched_and_deleted()
    {
        using var store = new FolderStore("NAS", Nas, Local, new(Local));
        var (file, sum) = Write("a.sanctum", "a backup");

        await store.TestAsync(Cancel);
        await store.StoreAsync(file, "a.sanctum", sum, null, Cancel);
        await store.StoreAsync(file, "a.sanctum", sum, null, Cancel);
        await store.FetchAsync("a.sanctum", Path.Combine(Local, "back"), null, Cancel);

        Assert.Equal([new("a.sanctum", 8)], await store.ListAsync(Cancel));
        Assert.Equal("a backup", await File.ReadAllTextAsync(Path.Combine(Local, "back"), Cancel));
        Assert.Equal(["a.sanctum"], Directory.EnumerateFileSystemEntries(Nas).Select(Path.GetFileName));
        await store.DeleteAsync("a.sanctum", Cancel);
        await store.DeleteAsync("a.sanctum", Cancel);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Nas));
    }

    [Fact]
    public async Task A_half_written_file_of_a_killed_console_and_a_damaged_one_are_written_over()
    {
        using var store = new FolderStore("NAS", Nas, Local, new(Local));
        var (file, sum) = Write("a.sanctum", "a backup");
        await File.WriteAllTextAsync(Path.Combine(Nas, "a.sanctum.partial"), "a backup that is longer", Cancel);
        await File.WriteAllTextAsync(Path.Combine(Nas, "a.sanctum"), "a baCkup", Cancel);

        await store.StoreAsync(file, "a.sanctum", sum, null, Cancel);

        Assert.Equal("a backup", await File.ReadAllTextAsync(Path.Combine(Nas, "a.sanctum"), Cancel));
        Assert.Single(Directory.EnumerateFileSystemEntries(Nas));
    }

    [Fact]
    public async Task What_does_not_arrive_as_it_was_written_gets_no_name()
    {
        using var store = new FolderStore("NAS", Nas, Local, new(Local));
        var (file, _) = Write("a.sanctum", "a backup");

        Assert.Contains(
            "returned different content after writing",
            await FailAsync(() => store.StoreAsync(file, "a.sanctum", new('0', 64), null, Cancel)),
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(Nas));
    }

    [Fact]
    public async Task A_folder_that_vanished_is_not_made_anew()
    {
        using var store = new FolderStore("NAS", Nas, Local, new(Local));
        Directory.Delete(Nas);
        var (file, sum) = Write("a.sanctum", "a backup");

        Assert.Contains(
            "was not found. Mount it",
            await FailAsync(() => store.StoreAsync(file, "a.sanctum", sum, null, Cancel)),
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(Nas));
    }

    [Fact]
    public async Task A_full_disk_is_seen_before_the_first_byte()
    {
        using var store = new FolderStore("NAS", Nas, Local, new(Local), _ => 7);
        var (file, sum) = Write("a.sanctum", "a backup");

        Assert.Contains(
            "has 7 B free; 8 B are needed",
            await FailAsync(() => store.StoreAsync(file, "a.sanctum", sum, null, Cancel)),
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(Nas));
    }

    [Fact]
    public async Task A_disk_that_fills_up_meanwhile_says_so()
    {
        await using var disk = await SmallDisk.CreateAsync(Nas);
        using var store = new FolderStore("NAS", Nas, Local, new(Local), _ => long.MaxValue);
        var (file, sum) = Write("a.sanctum", "a backup");
        disk.Fill();

        Assert.Contains(
            "is full. Free some space there",
            await FailAsync(() => store.StoreAsync(file, "a.sanctum", sum, null, Cancel)),
            StringComparison.Ordinal
        );
        Assert.Equal([SmallDisk.Filler], Directory.EnumerateFileSystemEntries(Nas).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_that_can_not_be_written_to_says_so()
    {
        // Nobody, not even root, writes there.
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no /proc on this system.");
        using var store = new FolderStore("NAS", "/proc/self", Local, new(Local), _ => long.MaxValue);

        Assert.Contains("/proc/self", await FailAsync(() => store.TestAsync(Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_of_backups_itself_is_refused_also_behind_a_link()
    {
        var link = Path.Combine(_home, "link");
        Directory.CreateSymbolicLink(link, Local);
        Directory.CreateDirectory(Path.Combine(Local, "below"));

        foreach (
            var folder in new[]
            {
                Local,
                link,
                Path.Combine(Local, "below"),
                Path.Combine(link, "below"),
                Path.Combine(Nas, "..", "backups"),
            }
        )
        {
            using var store = new FolderStore("NAS", folder, Local, new(Local));
            Assert.Contains("already keeps its backups", await FailAsync(() => store.TestAsync(Cancel)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_consoles_own_files_are_not_read_or_written_by_another_name()
    {
        var own = Directory.CreateDirectory(Path.Combine(_home, "data")).FullName;
        var database = Path.Combine(own, "registry.db");
        await File.WriteAllTextAsync(database, "a backup", Cancel);
        var (file, sum) = Write("a.sanctum", "a backup");
        HardLink.Create(Path.Combine(Nas, "a.sanctum"), database);
        HardLink.Create(Path.Combine(Nas, "b.sanctum.partial"), database);
        using var store = new FolderStore("NAS", Nas, Local, new(own));

        Assert.Contains(
            "own data folder",
            await FailAsync(() => store.StoreAsync(file, "a.sanctum", sum, null, Cancel)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "own data folder",
            await FailAsync(() => store.FetchAsync("a.sanctum", Path.Combine(Local, "c"), null, Cancel)),
            StringComparison.Ordinal
        );
        await store.StoreAsync(
            Write("b.sanctum", "another backup").File,
            "b.sanctum",
            Write("b.sanctum", "another backup").Sum,
            null,
            Cancel
        );
        Assert.Equal("a backup", await File.ReadAllTextAsync(database, Cancel));
        using var inside = new FolderStore("NAS", own, Local, new(own));
        Assert.Contains("own data folder", await FailAsync(() => inside.TestAsync(Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_hangs_is_given_up_and_not_begun_again_until_it_has_ended()
    {
        var (clock, end, begun) = (new FakeTimeProvider(), new TaskCompletionSource(), new TaskCompletionSource());
        var patience = new Patience(clock);
        Task RunAsync(Func<IProgress<long>, CancellationToken, Task> act) =>
            patience.RunAsync("The folder /mnt/nas (NAS)", TimeSpan.FromSeconds(60), act, Cancel);

        var hanging = RunAsync(
            async (progress, _) =>
            {
                progress.Report(1);
                begun.SetResult();
                await end.Task;
            }
        );
        await begun.Task;
        clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(
            "The folder /mnt/nas (NAS) did not respond for 60 seconds. Check it and the network connection.",
            await FailAsync(() => hanging)
        );
        Assert.Contains("still doesn't respond", await FailAsync(() => RunAsync((_, _) => Task.CompletedTask)), StringComparison.Ordinal);

        // What hung ends a moment later than what it waited for.
        end.SetResult();
        await Wait.UntilAsync(async () =>
            await Record.ExceptionAsync(() => RunAsync((_, _) => Task.CompletedTask)) is not BackupFailedException
        );
    }

    [Fact]
    public async Task What_moves_is_waited_for()
    {
        var clock = new FakeTimeProvider();
        var patience = new Patience(clock);

        await patience.RunAsync(
            "x",
            TimeSpan.FromSeconds(60),
            (progress, given) =>
            {
                for (var step = 0; step < 10; step++)
                {
                    clock.Advance(TimeSpan.FromSeconds(59));
                    progress.Report(1);
                }

                given.ThrowIfCancellationRequested();
                return Task.CompletedTask;
            },
            Cancel
        );
    }

    private static async Task<string> FailAsync(Func<Task> act) => (await Assert.ThrowsAsync<BackupFailedException>(act)).Message;

    private (string File, string Sum) Write(string name, string text)
    {
        var file = Path.Combine(Local, name);
        File.WriteAllText(file, text);
        return (file, Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))));
    }
}

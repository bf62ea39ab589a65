using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Tests.Features.Backups.Sources;

/// <summary>One file costs itself at most, and never the backup.</summary>
public sealed class LeavingOutWhatCanNotBeReadTests : IDisposable
{
    private readonly string _sanctum = Directory.CreateTempSubdirectory("sanctum-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        // .NET can't delete what it can't name.
        System.Diagnostics.Process.Start("rm", ["-rf", _sanctum]).WaitForExit();
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    public async Task A_name_that_is_no_UTF_8_is_said_and_the_rest_is_kept(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names are UTF-16 there.");
        await using var console = await CreateAsync();
        Write("settings.json");
        await ShellAsync(kind == "file" ? "echo x > $(printf 'caf\\351.txt')" : "d=$(printf 'caf\\351'); mkdir $d; echo x > $d/inside.txt");

        var backup = await console.BackUpAsync(new() { SanctumFiles = true });

        Assert.True(backup.IsProven, backup.Trouble);
        Assert.Contains("1 of the files", backup.Warning, StringComparison.Ordinal);
        Assert.Contains("caf\ufffd", backup.Warning, StringComparison.Ordinal);
        Assert.Equal(["sanctum/settings.json"], FilesIn(backup));
    }

    [Theory]
    [InlineData("full of text")]
    [InlineData("")]
    public async Task A_file_that_is_deleted_meanwhile_is_as_if_it_had_never_been(string content)
    {
        await using var console = await CreateAsync();
        Write("a.json");
        Write("b.log", content);
        Write("c.json");

        var backup = await BackUpAsync(console, new() { SanctumFiles = true }, () => File.Delete(Path.Combine(_sanctum, "b.log")));

        Assert.True(backup.IsProven, backup.Trouble);
        Assert.Null(backup.Warning);
        Assert.Equal(["sanctum/a.json", "sanctum/c.json"], FilesIn(backup));
    }

    [Fact]
    public async Task A_file_that_has_not_changed_and_is_deleted_meanwhile_costs_no_increment()
    {
        await using var console = await CreateAsync();
        Write("a.json");
        Write("b.log");
        await console.BackUpAsync(new() { SanctumFiles = true });

        var increment = await BackUpAsync(
            console,
            new() { SanctumFiles = true, Type = BackupType.Incremental },
            () => File.Delete(Path.Combine(_sanctum, "b.log"))
        );

        Assert.True(increment.IsProven, increment.Trouble);
        Assert.Equal(["sanctum/a.json"], FilesIn(increment));
    }

    [Fact]
    public async Task A_file_that_leads_elsewhere_by_the_time_it_is_read_is_said()
    {
        await using var console = await CreateAsync();
        Write("a.json");
        Write("b.log");

        var backup = await BackUpAsync(
            console,
            new() { SanctumFiles = true },
            () =>
            {
                File.Delete(Path.Combine(_sanctum, "b.log"));
                File.CreateSymbolicLink(Path.Combine(_sanctum, "b.log"), "/etc/hostname");
            }
        );

        Assert.True(backup.IsProven, backup.Trouble);
        Assert.Contains("b.log", backup.Warning, StringComparison.Ordinal);
        Assert.Equal(["sanctum/a.json"], FilesIn(backup));
    }

    [Fact]
    public async Task A_time_in_a_name_is_a_name_like_any_other()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No file can have such a name there.");
        await using var console = await CreateAsync();
        Write("logs/2026-07-08T15:21:07.json");
        Write("C:secret.txt");

        var backup = await console.BackUpAsync(new() { SanctumFiles = true });

        Assert.Equal(["sanctum/logs/2026-07-08T15:21:07.json"], FilesIn(backup));
        Assert.Contains("C:secret.txt (its name can't be stored)", backup.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_differ_in_capitals_or_in_how_an_accent_is_written_are_files_of_their_own()
    {
        string[] names = ["caf\u00e9", "cafe\u0301", "README", "readme"];
        Array.ForEach(names, name => Write(name, name));
        Assert.SkipWhen(Directory.EnumerateFiles(_sanctum).Count() < names.Length, "This disk has one file for several of the names.");
        await using var console = await CreateAsync();

        var backup = await console.BackUpAsync(new() { SanctumFiles = true });

        Assert.True(backup.IsProven, backup.Trouble);
        Assert.Equal(names.Select(name => $"sanctum/{name}").Order(StringComparer.Ordinal), FilesIn(backup).Order(StringComparer.Ordinal));
        var folder = await RestoreAsync(console, backup);
        Assert.All(names, name => Assert.Equal(name, File.ReadAllText(Path.Combine(folder, name))));
    }

    [Fact]
    public void Of_a_disk_that_has_one_file_for_two_names_both_are_kept()
    {
        using var work = new WorkFolder(Directory.CreateTempSubdirectory("work-").FullName, Stream.Null);

        File.WriteAllText(work.NewFileOf("sanctum/readme"), "first");

        Assert.Equal(work.File("sanctum/readme-2"), work.NewFileOf("sanctum/readme"));
    }

    [Fact]
    public async Task What_a_disk_fails_to_give_ends_the_file_there()
    {
        await using var file = new ReadableStream(new FailingDisk("half of it"));
        using var read = new MemoryStream();

        await file.CopyToAsync(read, Cancel);

        Assert.Equal(("half of it", "Input/output error"), (Encoding.UTF8.GetString(read.ToArray()), file.Failure));
    }

    /// <summary>Does something as soon as the first part, the registry, is packed: all files have been found then.</summary>
    private static async Task<BackupRow> BackUpAsync(BackupRegistry console, BackupForm form, Action meanwhile)
    {
        var activity = console.Registry.Services.GetRequiredService<BackupActivity>();
        var isDone = 0;
        using var heard = activity.Subscribe(() =>
        {
            if (activity.Current is { What: "Packing" } && Interlocked.Exchange(ref isDone, 1) == 0)
            {
                meanwhile();
            }
        });
        var backup = await console.BackUpAsync(form);
        Assert.Equal(1, isDone);
        return backup;
    }

    private static async Task<string> RestoreAsync(BackupRegistry console, BackupRow backup)
    {
        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup, "sanctum/"));
        return Path.Combine(console.Registry.Location.DataDirectory, "restored", backup.Name, "sanctum");
    }

    private async Task<BackupRegistry> CreateAsync()
    {
        var console = await BackupRegistry.CreateAsync();
        await using var registry = console.Registry.Open();
        (await registry.SystemConfig.SingleAsync(Cancel)).SanctumBasePath = _sanctum;
        await registry.SaveChangesAsync(Cancel);
        return console;
    }

    private static IEnumerable<string> FilesIn(BackupRow backup)
    {
        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        return [.. archive.Manifest.Parts.Select(part => part.Name).Where(name => name.StartsWith("sanctum/", StringComparison.Ordinal))];
    }

    private void Write(string name, string text = "{}")
    {
        var file = Path.Combine(_sanctum, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private async Task ShellAsync(string script)
    {
        using var shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = _sanctum }
        )!;
        await shell.WaitForExitAsync(Cancel);
        Assert.Equal(0, shell.ExitCode);
    }

    private sealed class FailingDisk(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == Length ? throw new IOException("Input/output error") : base.ReadAsync(buffer, cancellationToken);
    }
}

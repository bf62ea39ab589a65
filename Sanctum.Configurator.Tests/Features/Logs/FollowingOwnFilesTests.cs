using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>
/// Whoever closes a file loses all locks that he has on it. The console must not open its own databases by the path of a log file, whatever
/// it is that leads to them.
/// </summary>
public sealed class FollowingOwnFilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("registry.db", false)]
    [InlineData("registry.db-wal", false)]
    [InlineData("registry.db-shm", false)]
    [InlineData("registry.db-shm", true)]
    [InlineData("registry.db", true)]
    public async Task A_link_that_is_turned_to_the_registry_takes_no_lock_away(string file, bool isHard)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Locks of this kind are Linux's.");
        await using var files = await FollowedFiles.CreateAsync();
        var location = files.Store.Registry.Location;
        files.Append("real.log", "one\n");
        File.CreateSymbolicLink(files.PathOf("app.log"), files.PathOf("real.log"));
        await files.AddAsync("app.log", LogFileFormat.Text);
        await files.SettleAsync();
        await using var writer = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = location.RegistryFile, Pooling = false }.ConnectionString
        );
        await writer.OpenAsync(Cancel);
        await RunAsync(writer, "PRAGMA journal_mode = WAL");
        await using var transaction = writer.BeginTransaction(deferred: false);

        File.Delete(files.PathOf("app.log"));
        Turn(files.PathOf("app.log"), Path.Combine(location.DataDirectory, file), isHard);
        await files.SettleAsync();
        await files.SettleAsync();

        var (_, errors) = await Sqlite3.TryAsync(location.RegistryFile, ".timeout 0\nINSERT INTO agents (name) VALUES ('a robber');");
        Assert.Contains("locked", errors, StringComparison.Ordinal);
        Assert.Equal(["one"], await files.MessagesAsync());
        Assert.Equal(FollowState.Failing, Assert.Single(files.Follower.StatesOf(1)).State);
    }

    [Theory]
    [InlineData("/proc/self/environ")]
    [InlineData("/proc/self/fd/*")]
    [InlineData("/proc/self/root/var/log/app.log")]
    [InlineData("/sys/kernel/*.log")]
    [InlineData("/dev/null")]
    [InlineData("CIRCLE/app.log")]
    [InlineData("CIRCLE")]
    [InlineData("HARD")]
    public async Task Such_a_path_is_not_taken_onto_the_list(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc on this system.");
        await using var world = await LogFilesWorld.CreateAsync();
        var here = Path.GetDirectoryName(world.Write("x/app.log", ""))!;
        File.CreateSymbolicLink(Path.Combine(here, "circle"), Path.Combine(here, "circle"));
        Turn(Path.Combine(here, "hard.log"), world.Registry.Location.RegistryFile, isHard: true);
        var given = path.Replace("CIRCLE", Path.Combine(here, "circle"), StringComparison.Ordinal)
            .Replace("HARD", Path.Combine(here, "hard.log"), StringComparison.Ordinal);

        var refused = Assert.IsType<Outcome<LogFileRow>.Invalid>(await world.SaveAsync(new() { Path = given }));

        Assert.Equal([nameof(LogFileForm.Path)], refused.Reasons.Keys);
    }

    [Fact]
    public async Task Only_files_in_the_folders_that_start_up_names_are_followed()
    {
        var elsewhere = Directory.CreateTempSubdirectory("sanctum-elsewhere-").FullName;
        try
        {
            await using var files = await FollowedFiles.CreateAsync(
                settings: new Dictionary<string, string?> { ["Logs:Folders"] = $"/var/log{Path.PathSeparator}{elsewhere}" }
            );
            await File.WriteAllTextAsync(Path.Combine(elsewhere, "real.log"), "one\n", Cancel);
            File.CreateSymbolicLink(files.PathOf("link.log"), Path.Combine(elsewhere, "real.log"));
            files.Append("app.log", "two\n");
            File.CreateSymbolicLink(Path.Combine(elsewhere, "out.log"), files.PathOf("app.log"));
            await files.AddAsync("app.log", LogFileFormat.Text);
            await files.AddAsync("link.log", LogFileFormat.Text);
            await files.AddAsync(Path.Combine(elsewhere, "out.log"), LogFileFormat.Text);
            await files.SettleAsync();

            Assert.Equal(["one"], await files.MessagesAsync());
            Assert.Equal(FollowState.Failing, Assert.Single(files.Follower.StatesOf(1)).State);
            Assert.Equal(FollowState.Following, Assert.Single(files.Follower.StatesOf(2)).State);
            Assert.Equal(FollowState.Failing, Assert.Single(files.Follower.StatesOf(3)).State);
            Assert.Contains(LogFolders.Variable, files.Follower.StatesOf(1)[0].Problem, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/etc/*")]
    [InlineData("/*")]
    [InlineData("/*/*")]
    [InlineData("/var/log-of-another/app.log")]
    public async Task A_path_elsewhere_is_refused_with_what_to_set(string path)
    {
        await using var world = await LogFilesWorld.CreateAsync();

        var refused = Assert.IsType<Outcome<LogFileRow>.Invalid>(await world.SaveAsync(new() { Path = path }));

        Assert.Contains(LogFolders.Variable, refused.Reasons[nameof(LogFileForm.Path)], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Sanctum_folder_that_is_the_root_lets_nothing_in()
    {
        await using var registry = await TestRegistry.CreateAsync(
            settings: new Dictionary<string, string?> { ["Sanctum:sanctum_base_path"] = "/" }
        );
        await using var scope = registry.Services.CreateAsyncScope();
        var folders = await ActivatorUtilities
            .CreateInstance<LogFolders>(scope.ServiceProvider, Microsoft.Extensions.Options.Options.Create(new LogOptions()))
            .ReadAsync(Cancel);

        Assert.NotNull(folders.RefusalOf("/etc/passwd"));
        Assert.Null(folders.RefusalOf("/var/log/syslog"));
    }

    private static void Turn(string name, string to, bool isHard)
    {
        if (isHard)
        {
            HardLink.Create(name, to);
        }
        else
        {
            File.CreateSymbolicLink(name, to);
        }
    }

    private static async Task RunAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Cancel);
    }
}

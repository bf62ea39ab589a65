using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Sources;

public sealed class DumpingPostgresTests : IDisposable
{
    private readonly PostgresScripts _scripts = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _scripts.Dispose();

    [Fact]
    public async Task A_full_backup_holds_a_dump_that_pg_restore_brings_back()
    {
        await using var console = await BackupRegistry.CreateAsync(TestDatabase.Postgres);
        await console.AddAgentAsync("Athena");

        var backup = await console.BackUpAsync();

        Assert.True(backup is { IsProven: true, Warning: null }, backup.Trouble ?? backup.Warning);
        var verdict = (await DrillAsync(console, backup)).Single(v => v.Name == "registry.dump");
        var rows = RowsOf(backup);
        Assert.Equal((true, $"pg_restore restored {rows.Values.Sum():N0} rows in {rows.Count} tables."), (verdict.Ok, verdict.Message));
        Assert.Equal("", await ThrowAwaysAsync(console));
    }

    [Fact]
    public async Task An_increment_and_a_backup_of_settings_hold_none()
    {
        await using var console = await BackupRegistry.CreateAsync(TestDatabase.Postgres);
        await console.BackUpAsync();

        var increment = await console.BackUpAsync(new() { Type = BackupType.Incremental });
        var settings = await console.BackUpAsync(new() { Type = BackupType.ConfigOnly });

        Assert.DoesNotContain("registry.dump", PartsOf(increment));
        Assert.DoesNotContain("registry.dump", PartsOf(settings));
    }

    [Fact]
    public async Task The_dump_shows_the_moment_of_the_rows_whatever_is_written_meanwhile()
    {
        _scripts.Write(
            "pg_dump",
            """
            for argument in "$@"; do [ "$last" = --dbname ] && database="$argument"; [ "$last" = --host ] && host="$argument"; [ "$last" = --port ] && port="$argument"; last="$argument"; done
            psql --quiet --host "$host" --port "$port" --dbname "$database" --command "INSERT INTO agents (name) VALUES ('Meanwhile')" || exit 3
            exec pg_dump "$@"
            """
        );
        await using var console = await CreateAsync(withReal: "pg_restore");
        await console.AddAgentAsync("Athena");

        var backup = await console.BackUpAsync();

        Assert.Equal(2, (await console.AgentsAsync()).Count);
        Assert.Equal(1, RowsOf(backup)["agents"]);
        Assert.True(backup is { IsProven: true, Warning: null }, backup.Trouble ?? backup.Warning);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Logs_are_in_the_dump_where_they_are_wanted(bool wanted)
    {
        await using var console = await BackupRegistry.CreateAsync(TestDatabase.Postgres);
        await console.Registry.OutsideAsync("INSERT INTO logs (message) VALUES ('a line of the log')", "logs");

        var backup = await console.BackUpAsync(new() { Logs = wanted });

        Assert.True(backup.IsProven, backup.Trouble);
        Assert.Equal(
            wanted,
            (await File.ReadAllTextAsync(await DumpOfAsync(console, backup), Cancel)).Contains(
                "a line of the log",
                StringComparison.Ordinal
            )
        );
    }

    [Fact]
    public async Task Without_pg_dump_the_backup_is_made_and_says_what_it_lacks()
    {
        await using var console = await CreateAsync();
        await console.AddAgentAsync("Athena");

        var backup = await console.BackUpAsync();

        Assert.Equal(
            "This backup has no PostgreSQL dump: pg_dump is not installed. It contains all rows and can be restored from this page. Install PostgreSQL's client programs on the console's machine.",
            backup.Warning
        );
        Assert.True(backup.IsProven, backup.Trouble);
        Assert.DoesNotContain("registry.dump", PartsOf(backup));
        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup));
    }

    [Fact]
    public async Task Why_pg_dump_failed_is_said_shortly_and_without_the_password()
    {
        _scripts.Write(
            "pg_dump",
            """
            echo "pg_dump: error: aborting because of server version mismatch, said $PGPASSWORD" >&2
            head -c 100000 /dev/zero | tr '\0' x >&2
            exit 1
            """
        );
        await using var console = await CreateAsync();
        var location = console.Registry.Location with
        {
            PostgresConnection = console.Registry.Location.PostgresConnection + ";Password=hunter2-canary",
        };
        var programs = console.Registry.Services.GetRequiredService<PostgresPrograms>();

        var failed = await Assert.ThrowsAsync<PostgresProgramException>(() =>
            programs.RunAsync(PostgresPrograms.Dump, location.PostgresConnection, [], Cancel)
        );
        var backup = await console.BackUpAsync();

        Assert.StartsWith(
            "pg_dump failed: pg_dump: error: aborting because of server version mismatch, said …\nxxx",
            failed.Message,
            StringComparison.Ordinal
        );
        Assert.InRange(failed.Message.Length, 1000, 2100);
        Assert.Contains("server version mismatch", backup.Warning, StringComparison.Ordinal);
        Assert.Contains("It contains all rows", backup.Warning, StringComparison.Ordinal);
        Assert.True(backup.IsProven, backup.Trouble);
    }

    [Fact]
    public async Task A_role_that_may_not_create_databases_reads_the_dump_only()
    {
        await using var console = await BackupRegistry.CreateAsync(TestDatabase.Postgres);
        var backup = await console.BackUpAsync();
        var role = $"sanctum_role_{Guid.NewGuid():N}";
        await console.Registry.OutsideAsync($"CREATE ROLE {role} LOGIN");
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(console.Registry.Location.PostgresConnection)
            {
                Username = role,
                Pooling = false,
            }.ConnectionString;
            var drill = new DumpRestoreTest(
                console.Registry.Location with
                {
                    PostgresConnection = connection,
                },
                console.Registry.Services.GetRequiredService<PostgresPrograms>()
            );

            var verdict = await drill.RunAsync("registry.dump", await DumpOfAsync(console, backup), RowsOf(backup), Cancel);

            Assert.True(verdict.Ok, verdict.Message);
            Assert.StartsWith(
                "Read completely by pg_restore, but not restored, because the console's role can't create databases",
                verdict.Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            await console.Registry.OutsideAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_dump_that_lacks_a_row_a_table_or_its_end_is_found_out()
    {
        await using var console = await BackupRegistry.CreateAsync(TestDatabase.Postgres);
        var backup = await console.BackUpAsync();
        var dump = await DumpOfAsync(console, backup);
        var rows = RowsOf(backup);

        var row = await DrillAsync(console, dump, new(rows) { ["agents"] = 1 });
        var table = await DrillAsync(console, dump, new(rows) { ["a table"] = 0 });
        var bytes = await File.ReadAllBytesAsync(dump, Cancel);
        await File.WriteAllBytesAsync(dump, bytes[..(bytes.Length * 3 / 4)], Cancel);
        var end = await DrillAsync(console, dump, new(rows));

        Assert.Equal((false, "After pg_restore, the table agents has 0 rows, but the backup has 1."), (row.Ok, row.Message));
        Assert.Equal((false, "After pg_restore, the table a table is missing, but the backup has 0."), (table.Ok, table.Message));
        Assert.False(end.Ok);
        Assert.StartsWith("pg_restore reports an error: pg_restore failed:", end.Message, StringComparison.Ordinal);
        Assert.Equal("", await ThrowAwaysAsync(console));
    }

    [Fact]
    public async Task A_setting_that_only_newer_servers_know_is_no_fault_and_everything_else_is()
    {
        await using var console = await CreateAsync(withReal: "pg_dump");
        const string Complain = """
            echo 'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"' >&2
            echo 'Command was: SET transaction_timeout = 0;' >&2
            pg_restore "$@" || exit 2
            """;
        _scripts.Write("pg_restore", $"{Complain}\necho 'pg_restore: warning: errors ignored on restore: 1' >&2; exit 1");
        var harmless = await console.BackUpAsync();

        _scripts.Write(
            "pg_restore",
            $"{Complain}\necho 'pg_restore: error: could not execute query: ERROR:  out of luck' >&2; echo 'pg_restore: warning: errors ignored on restore: 2' >&2; exit 1"
        );
        var bad = await console.BackUpAsync();

        Assert.True(harmless.IsProven, harmless.Trouble);
        Assert.Contains("out of luck", bad.DrillFailure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_a_drill_ends_its_programs_and_drops_its_database()
    {
        await using var console = await CreateAsync(withReal: "pg_dump");
        _scripts.Write(
            "pg_restore",
            $"sleep 1000 & echo $! > '{_scripts.Folder}/child'; echo $$ > '{_scripts.Folder}/own'; mv '{_scripts.Folder}/own' '{_scripts.Folder}/begun'; wait"
        );
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var drill = new DumpRestoreTest(console.Registry.Location, console.Registry.Services.GetRequiredService<PostgresPrograms>());
        var running = drill.RunAsync("registry.dump", "no file", new Dictionary<string, long>(), stop.Token);
        await _scripts.WaitForAsync("begun", Cancel);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal("", await ThrowAwaysAsync(console));
        foreach (var file in new[] { "begun", "child" })
        {
            var id = int.Parse(
                await File.ReadAllTextAsync(_scripts.PathOf(file), Cancel),
                System.Globalization.CultureInfo.InvariantCulture
            );
            Assert.False(IsRunning(id), $"{file} {id} is still there.");
        }
    }

    [Fact]
    public async Task What_a_killed_console_left_is_dropped_and_nothing_that_is_used_or_anybody_elses()
    {
        await using var console = await BackupRegistry.CreateAsync(TestDatabase.Postgres);
        var location = console.Registry.Location;
        var own = ThrowAwayDatabase.PrefixOf(new NpgsqlConnectionStringBuilder(location.PostgresConnection).Database!);
        var (left, looked, claimed, foreign) = (
            $"{own}00000001",
            $"{own}00000002",
            $"{own}00000003",
            $"{ThrowAwayDatabase.PrefixOf(Guid.NewGuid().ToString())}00000004"
        );
        foreach (var name in new[] { left, looked, claimed, foreign })
        {
            await console.Registry.OutsideAsync($"CREATE DATABASE {name} TEMPLATE template0");
        }

        try
        {
            await using var somebody = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(location.PostgresConnection) { Database = looked, Pooling = false }.ConnectionString
            );
            await somebody.OpenAsync(Cancel);
            await using var other = await PostgresLease.TryTakeAsync(location.PostgresConnection!, RegistryLock.ThrowAwayKind, 3, Cancel);

            Assert.True((await console.BackUpAsync()).IsProven);

            Assert.Equal($"{looked} {claimed}", await ThrowAwaysAsync(console));
            Assert.Equal("1", await console.Registry.OutsideAsync($"SELECT count(*) FROM pg_database WHERE datname = '{foreign}'"));
        }
        finally
        {
            foreach (var name in new[] { left, looked, claimed, foreign })
            {
                await console.Registry.OutsideAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            }
        }
    }

    [Fact]
    public async Task The_dump_can_be_had_out_of_a_backup_whole()
    {
        await using var console = await BackupRegistry.CreateAsync(TestDatabase.Postgres);
        await console.AddAgentAsync("Athena");
        var backup = await console.BackUpAsync();

        var preview = Assert.IsType<Outcome<RestorePlan>.Ok>(await console.PreviewAsync(backup)).Value;
        var done = Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup, "registry.dump")).Value;

        var plan = Assert.Single(preview.Files);
        var file = Path.Combine(done.FilesFolder!, "registry.dump");
        Assert.Equal(("registry.dump", new FileInfo(file).Length), (plan.Part, plan.Bytes));
        Assert.Equal(Path.Combine(console.Registry.Location.DataDirectory, "restored", backup.Name), done.FilesFolder);
        Assert.True((await DrillAsync(console, file, RowsOf(backup))).Ok);
    }

    private static Dictionary<string, long> RowsOf(BackupRow backup)
    {
        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        return new(archive.Manifest.Parts.Single(part => part.Name == "registry.db").Rows!);
    }

    private static List<string> PartsOf(BackupRow backup)
    {
        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        return [.. archive.Manifest.Parts.Select(part => part.Name)];
    }

    private static async Task<string> DumpOfAsync(BackupRegistry console, BackupRow backup)
    {
        using var archive = ArchiveChain.Open(backup.FilePath!, null);
        var file = Path.Combine(console.Registry.Location.DataDirectory, $"{Guid.NewGuid():N}.dump");
        await archive.UnpackAsync(archive.Manifest.Parts.Single(part => part.Name == "registry.dump"), file, null, Cancel);
        return file;
    }

    private static async Task<IReadOnlyList<PartVerdict>> DrillAsync(BackupRegistry console, BackupRow backup)
    {
        await using var scope = console.Registry.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<RestoreTest>()
            .RunAsync(backup.FilePath!, null, new DirectProgress<BackupStep>(_ => { }), Cancel);
    }

    private static Task<PartVerdict> DrillAsync(BackupRegistry console, string dump, Dictionary<string, long> rows) =>
        new DumpRestoreTest(console.Registry.Location, console.Registry.Services.GetRequiredService<PostgresPrograms>()).RunAsync(
            "registry.dump",
            dump,
            rows,
            Cancel
        );

    /// <summary>The throw-away databases of this registry that are there.</summary>
    private static Task<string> ThrowAwaysAsync(BackupRegistry console) =>
        console.Registry.OutsideAsync(
            $"SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE starts_with(datname, '{ThrowAwayDatabase.PrefixOf(new NpgsqlConnectionStringBuilder(console.Registry.Location.PostgresConnection).Database!)}')"
        );

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);

            // Whoever was killed stays in the list until its parent has looked.
            return !File.Exists($"/proc/{id}/stat") || !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A console that looks for PostgreSQL's programs in the test's own folder.</summary>
    private async Task<BackupRegistry> CreateAsync(string? withReal = null)
    {
        if (withReal is not null)
        {
            _scripts.Write(withReal, $"exec {withReal} \"$@\"");
        }

        return await BackupRegistry.CreateAsync(TestDatabase.Postgres, ("Registry:PostgresPrograms", _scripts.Folder));
    }
}

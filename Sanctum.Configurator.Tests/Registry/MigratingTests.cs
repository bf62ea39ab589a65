using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

public sealed class MigratingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Two_consoles_that_start_at_once_on_an_empty_database_both_succeed(TestDatabase database)
    {
        // The second one waits by the clock, so it is a real one here.
        static void WithRealClock(IServiceCollection services) => services.AddSingleton(TimeProvider.System);
        await using var registry = TestRegistry.CreateEmpty(database, WithRealClock);
        await using var other = registry.BuildConsole(WithRealClock);

        await Task.WhenAll(Task.Run(() => MigrateAsync(registry.Services), Cancel), Task.Run(() => MigrateAsync(other), Cancel));

        Assert.Equal("1", await registry.OutsideAsync("SELECT count(*) FROM system_config"));
        Assert.Equal("1", await registry.OutsideAsync("SELECT count(*) FROM backup_settings"));
        Assert.Equal("1", await registry.OutsideAsync("SELECT count(*) FROM backup_targets"));
        Assert.Equal("1", await registry.OutsideAsync("SELECT count(*) FROM change_history"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Backups_of_before_get_what_they_were_made_for_by_their_names(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var migrator = registry.Services.GetRequiredService<RegistryMigrator>();
        await migrator.MigrateToAsync("Start", Cancel);
        await registry.OutsideAsync(
            """
            INSERT INTO backups (name, is_auto) VALUES
                ('20261120-030000-000-full', false), ('20261120-030000-000-incremental', false), ('20261120-030000-000-config-only-2', false),
                ('20261120-030000-000-daily', true), ('20261120-030000-000-increment', true), ('20261120-030000-000-increment-2', true),
                ('20261120-030000-000-before-restore', true), ('20261120-030000-000-before-restore-2', true),
                ('20261120-030000-000-uploaded', false), ('Of another program, before the move', false), ('Of its schedule', true)
            """
        );
        await registry.OutsideAsync("INSERT INTO backup_copies (backup_id, target_id, state, attempts) VALUES (4, 1, 'stored', 1)");

        await migrator.MigrateAsync(Cancel);
        await registry.OutsideAsync("INSERT INTO backups (name) VALUES ('Of another program, later')");

        await using var context = registry.Open();
        var triggers = await context.Backups.OrderBy(b => b.Id).Select(b => b.Trigger).ToListAsync(Cancel);
        Assert.Equal(
            [
                BackupTrigger.Manual,
                BackupTrigger.Manual,
                BackupTrigger.Manual,
                BackupTrigger.Schedule,
                BackupTrigger.Increment,
                BackupTrigger.Increment,
                BackupTrigger.BeforeRestore,
                BackupTrigger.BeforeRestore,
                BackupTrigger.Upload,
                BackupTrigger.Manual,
                BackupTrigger.Schedule,
                BackupTrigger.Manual,
            ],
            triggers
        );
        Assert.Equal("before_restore", await registry.OutsideAsync("SELECT trigger FROM backups WHERE id = 7"));
        Assert.Equal("4", await registry.OutsideAsync("SELECT backup_id FROM backup_copies"));
        await migrator.MigrateToAsync("Start", Cancel);
        Assert.Equal("12", await registry.OutsideAsync("SELECT count(*) FROM backups"));
        Assert.Equal("4", await registry.OutsideAsync("SELECT backup_id FROM backup_copies"));
    }

    [Fact]
    public async Task A_lock_that_a_killed_console_left_does_not_stop_the_start()
    {
        const string Abandon =
            "CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL); INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-11-21 08:00:00+00:00')";
        await using var registry = TestRegistry.CreateEmpty();
        await registry.OutsideAsync(Abandon);
        await registry.OutsideAsync(Abandon, "logs");

        await MigrateAsync(registry.Services);

        Assert.Equal("1", await registry.OutsideAsync("SELECT count(*) FROM system_config"));
    }

    [Fact]
    public async Task Both_files_use_the_write_ahead_log()
    {
        await using var registry = await TestRegistry.CreateAsync();

        Assert.Equal(
            "wal wal",
            $"{await registry.OutsideAsync("PRAGMA journal_mode")} {await registry.OutsideAsync("PRAGMA journal_mode", "logs")}"
        );
    }

    [Fact]
    public async Task A_file_that_was_made_without_the_write_ahead_log_gets_it_at_the_next_start()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await registry.Services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Assert.Equal("delete", await registry.OutsideAsync("PRAGMA journal_mode = DELETE"));
        await using var next = registry.BuildConsole();

        await MigrateAsync(next);

        Assert.Equal("wal", await registry.OutsideAsync("PRAGMA journal_mode"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Down_and_up_again_leaves_a_registry_that_notices_other_programs(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var migrator = registry.Services.GetRequiredService<RegistryMigrator>();

        await migrator.MigrateToAsync("0", Cancel);
        Assert.All(await migrator.StatusAsync(Cancel), m => Assert.Equal(m.Database == "logs", m.IsApplied));
        await migrator.MigrateAsync(Cancel);
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        await migrator.MigrateToAsync("0", Cancel);
        await migrator.MigrateAsync(Cancel);

        await OutsideRows.InsertAllAsync(registry);
        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100");
        Assert.Equal("2", await registry.OutsideAsync("SELECT version FROM system_config"));
        Assert.Equal("ADA", await registry.OutsideAsync("SELECT normalized_username FROM users"));
        Assert.Equal(
            $"{OutsideRows.All.Count}",
            await registry.OutsideAsync("SELECT count(*) FROM change_history WHERE actor = 'outside'")
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_there_was_is_kept_in_a_backup_before_the_schema_changes(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await OutsideRows.InsertAllAsync(registry);
        Assert.Empty(Directory.EnumerateFiles(registry.Location.BackupsFolder));

        await registry.Services.GetRequiredService<RegistryMigrator>().MigrateToAsync("0", Cancel);

        var backup = Assert.Single(Directory.EnumerateFiles(registry.Location.BackupsFolder));
        Assert.Contains(
            "Athena",
            registry.Location.IsSqlite
                ? await Sqlite3.RunAsync(backup, "SELECT name FROM agents")
                : await File.ReadAllTextAsync(backup, Cancel),
            StringComparison.Ordinal
        );
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup));
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Two_backups_of_one_millisecond_are_both_kept(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var migrator = registry.Services.GetRequiredService<RegistryMigrator>();

        await migrator.MigrateToAsync("0", Cancel);
        await migrator.MigrateAsync(Cancel);
        await migrator.MigrateToAsync("0", Cancel);

        Assert.Equal(2, Directory.EnumerateFiles(registry.Location.BackupsFolder).Count());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Going_where_the_registry_is_already_makes_no_backup(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var migrator = registry.Services.GetRequiredService<RegistryMigrator>();

        await migrator.MigrateToAsync((await migrator.StatusAsync(Cancel)).Last(m => m.Database == "registry").Name, Cancel);
        await migrator.MigrateAsync(Cancel);
        Assert.Empty(Directory.EnumerateFiles(registry.Location.BackupsFolder));
        await migrator.MigrateToAsync("0", Cancel);
        await migrator.MigrateToAsync("0", Cancel);

        Assert.Single(Directory.EnumerateFiles(registry.Location.BackupsFolder));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_newest_backups_are_kept_and_no_other_file_is_touched(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var migrator = registry.Services.GetRequiredService<RegistryMigrator>();
        var mine = Path.Combine(registry.Location.BackupsFolder, "a-copy-of-mine.db");
        await File.WriteAllTextAsync(mine, "", Cancel);
        var made = new List<string>();
        for (var number = 0; number < RegistryMigrator.BackupsKept + 2; number++)
        {
            registry.Clock.Advance(TimeSpan.FromHours(1));
            await migrator.MigrateToAsync("0", Cancel);
            made.AddRange(Directory.EnumerateFiles(registry.Location.BackupsFolder).Except([mine, .. made]));
            await migrator.MigrateAsync(Cancel);
        }

        Assert.Equal(
            made.TakeLast(RegistryMigrator.BackupsKept).Append(mine).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(registry.Location.BackupsFolder).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        "postgres://ada:pass@db.example:5433/sanctum?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=7&application_name=console&channel_binding=require",
        "PGUSER=ada PGPASSWORD=pass PGSSLMODE=verify-full PGSSLROOTCERT=/etc/ca.pem PGCHANNELBINDING=require PGCONNECT_TIMEOUT=7 PGAPPNAME=console"
    )]
    [InlineData(
        "postgres://ada@db.example:5433/sanctum?sslmode=verify-ca&sslcert=/etc/ada.pem&sslkey=/etc/ada.key&Options=-c%20role%3Downer",
        "PGUSER=ada PGSSLMODE=verify-ca PGSSLCERT=/etc/ada.pem PGSSLKEY=/etc/ada.key PGOPTIONS=-c role=owner"
    )]
    [InlineData("postgres://ada@db.example:5433/sanctum", "PGUSER=ada")]
    public void A_dump_of_PostgreSQL_connects_as_the_console_does(string url, string variables)
    {
        var location = RegistryLocation.From(
            new ConfigurationBuilder().AddInMemoryCollection([new("DATABASE_URL", url)]).Build(),
            AppContext.BaseDirectory
        );
        var inherited = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToHashSet();

        var start = PostgresPrograms.Describe(PostgresPrograms.Dump, location.PostgresConnection, ["--file", "backup.sql"]);

        Assert.Equal(
            "--host db.example --port 5433 --no-password --dbname sanctum --file backup.sql",
            string.Join(' ', start.ArgumentList)
        );
        Assert.Equal(
            variables,
            string.Join(
                ' ',
                variables.Split("PG").Skip(1).Select(said => "PG" + said.Split('=')[0]).Select(name => $"{name}={start.Environment[name]}")
            )
        );
        Assert.Equal(
            variables.Split("PG").Length - 1,
            start.Environment.Keys.Count(name => name.StartsWith("PG", StringComparison.Ordinal) && !inherited.Contains(name))
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_models_and_the_migrations_agree(TestDatabase kind)
    {
        await using var registry = await TestRegistry.CreateAsync(kind);
        await using var context = registry.Open();
        using var scope = registry.Services.CreateScope();
        await using var logs = scope.ServiceProvider.GetRequiredService<LogsDbContext>();
        foreach (var database in new[] { context.Database, logs.Database })
        {
            Assert.Empty(await database.GetPendingMigrationsAsync(Cancel));
            Assert.False(database.HasPendingModelChanges());
        }
    }

    private static Task MigrateAsync(IServiceProvider console) => console.GetRequiredService<RegistryMigrator>().MigrateAsync(Cancel);
}

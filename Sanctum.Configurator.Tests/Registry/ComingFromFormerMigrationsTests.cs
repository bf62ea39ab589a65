using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

/// <summary>A console starts on databases whose migrations are no longer there, because one start does what all of them did.</summary>
public sealed class ComingFromFormerMigrationsTests
{
    private const string AsTheyWere = "The schema and all rows are as they were, so no backup was made";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_registry_that_has_all_of_them_is_taken_as_it_is(TestDatabase database)
    {
        var log = new RememberedLog();
        await using var registry = await TestRegistry.CreateAsync(
            database,
            services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log))
        );
        await OutsideRows.InsertAllAsync(registry);
        var start = await FormerConsole.ReadAsync(registry);
        await FormerConsole.LeaveAsync(registry);
        var (former, before) = (await FormerConsole.ReadAsync(registry), await StateAsync(registry));

        await registry.Services.GetRequiredService<RegistryMigrator>().MigrateToAsync("Start", Cancel);

        Assert.Equal([start[0], start[^1]], await FormerConsole.ReadAsync(registry));
        Assert.Equal(before, await StateAsync(registry));
        Assert.Empty(Directory.EnumerateFiles(registry.Location.BackupsFolder));
        Assert.Collection(
            log.Lines.Where(line => line.Contains("from now on", StringComparison.Ordinal)),
            line => Assert.Equal($"{former[^4]} of the registry is called {start[0]} from now on. {AsTheyWere}", line),
            line => Assert.Equal($"{former[^1]} of the logs is called {start[^1]} from now on. {AsTheyWere}", line)
        );
        await MigrateAsync(registry);
        Assert.Equal(start, await FormerConsole.ReadAsync(registry));
        await registry.OutsideAsync("UPDATE agents SET name = 'Pallas'");
        await using var context = registry.Open();
        var agent = await context.Agents.SingleAsync(Cancel);
        Assert.Equal(("Pallas", 2), (agent.Name, agent.Version));
        agent.Name = "Athena of later";
        await context.SaveChangesAsync(Cancel);
        var changes = context.Changes.Where(c => c.TableName == "agents").OrderBy(c => c.Id);
        Assert.Equal(["outside", "outside", "console"], await changes.Select(c => c.Actor).ToListAsync(Cancel));
        await using var scope = registry.Services.CreateAsyncScope();
        Assert.True((await scope.ServiceProvider.GetRequiredService<ChangeAudit>().VerifyAsync(Cancel)).IsWhole);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Two_consoles_that_start_at_once_take_it_once(TestDatabase database)
    {
        // The second one waits by the clock, so it is a real one here.
        var log = new RememberedLog();
        void Tell(IServiceCollection services) =>
            services
                .AddSingleton(TimeProvider.System)
                .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log));
        await using var registry = await TestRegistry.CreateAsync(database, Tell);
        await using var other = registry.BuildConsole(Tell);
        await FormerConsole.LeaveAsync(registry);

        await Task.WhenAll(
            Task.Run(() => MigrateAsync(registry), Cancel),
            Task.Run(() => other.GetRequiredService<RegistryMigrator>().MigrateAsync(Cancel), Cancel)
        );

        Assert.Equal(2, log.Lines.Count(line => line.Contains("from now on", StringComparison.Ordinal)));
        Assert.All(await StatusAsync(registry), migration => Assert.True(migration.IsApplied));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_registry_that_lacks_one_is_refused_and_left_alone(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await FormerConsole.LeaveAsync(registry, registryLacks: 1);
        var before = await FormerConsole.ReadAsync(registry);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => MigrateAsync(registry));

        Assert.Matches(
            @"^The schema of the registry is at \d+_BackupsByJobs, which this version can no longer upgrade\. "
                + @"First start the previous version once, which upgrades to \d+_Rights, then this one\.$",
            refused.Message
        );
        Assert.Equal(before, await FormerConsole.ReadAsync(registry));
        Assert.Empty(Directory.EnumerateFiles(registry.Location.BackupsFolder));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Where_the_logs_lack_one_the_registry_is_left_to_the_version_before(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await FormerConsole.LeaveAsync(registry, logsLack: 2);
        var before = await FormerConsole.ReadAsync(registry);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => MigrateAsync(registry));

        Assert.Matches(@"^The schema of the logs is at \d+_Start, .* which upgrades to \d+_LogFiles, then this one\.$", refused.Message);
        Assert.Equal(before, await FormerConsole.ReadAsync(registry));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_registry_of_an_unknown_line_is_refused_and_left_alone(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var context = registry.Open();
        await FormerConsole.ListAsync(context, [.. FormerMigrations.Of(context), "20261129050000_Elsewhere"]);
        var before = await FormerConsole.ReadAsync(registry);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => MigrateAsync(registry));

        Assert.Equal(
            "The schema of the registry is at 20261129050000_Elsewhere, which is newer than this version. Start the version that created it.",
            refused.Message
        );
        Assert.Equal(before, await FormerConsole.ReadAsync(registry));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_registry_that_a_newer_console_made_is_started_on(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var context = registry.Open();
        await FormerConsole.ListAsync(context, [.. context.Database.GetMigrations(), "29991231000000_Later"]);
        var before = await FormerConsole.ReadAsync(registry);

        await MigrateAsync(registry);

        Assert.Equal(before, await FormerConsole.ReadAsync(registry));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task It_goes_down_and_up_as_any_other(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await OutsideRows.InsertAllAsync(registry);
        await FormerConsole.LeaveAsync(registry);
        Assert.All(await StatusAsync(registry), migration => Assert.False(migration.IsApplied));

        await registry.Services.GetRequiredService<RegistryMigrator>().MigrateToAsync("0", Cancel);

        Assert.All(await StatusAsync(registry), migration => Assert.Equal(migration.Database == "logs", migration.IsApplied));
        Assert.Single(Directory.EnumerateFiles(registry.Location.BackupsFolder));
        await MigrateAsync(registry);
        Assert.All(await StatusAsync(registry), migration => Assert.True(migration.IsApplied));
        Assert.Equal("0", await registry.OutsideAsync("SELECT count(*) FROM agents"));
        Assert.Equal("1", await registry.OutsideAsync("SELECT count(*) FROM backup_targets"));
    }

    [Fact]
    public async Task Broken_logs_beside_it_are_set_aside_as_ever()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await FormerConsole.LeaveAsync(registry);
        SqliteConnection.ClearAllPools();
        await File.WriteAllTextAsync(registry.Location.LogsFile, new string('z', 10_000), Cancel);

        await MigrateAsync(registry);

        Assert.Single(Directory.GetFiles(registry.Location.DataDirectory, "logs-broken-*.db"));
        Assert.All(await StatusAsync(registry), migration => Assert.True(migration.IsApplied));
    }

    private static Task MigrateAsync(TestRegistry registry) =>
        registry.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(Cancel);

    private static Task<IReadOnlyList<MigrationState>> StatusAsync(TestRegistry registry) =>
        registry.Services.GetRequiredService<RegistryMigrator>().StatusAsync(Cancel);

    /// <summary>When its schema was last changed, and what is in it.</summary>
    private static async Task<string> StateAsync(TestRegistry registry)
    {
        const string Rows = """
            SELECT (SELECT count(*) FROM change_history) || ' ' || (SELECT length FROM change_history_head) || ' ' || min(version) FROM agents
            """;
        var schema = registry.Location.IsSqlite
            ? "PRAGMA schema_version"
            : "SELECT max(xmin::text::bigint) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
        return string.Join(
            ' ',
            await registry.OutsideAsync(schema),
            await registry.OutsideAsync(schema, "logs"),
            await registry.OutsideAsync(Rows),
            await registry.OutsideAsync("SELECT count(*) || min(message) FROM logs", "logs")
        );
    }
}

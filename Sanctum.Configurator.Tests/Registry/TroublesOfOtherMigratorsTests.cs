using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

/// <summary>
/// What people reported of migrations elsewhere: a list that was edited or lost, a database of a newer program, names in other cases, a
/// backup on a full disk, copies that pile up while a service is started again and again.
/// </summary>
public sealed class TroublesOfOtherMigratorsTests
{
    private const string Newer = "29991231000000_Later";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Newest(TestRegistry registry)
    {
        using var open = registry.Open();
        return open.Database.GetMigrations().Last();
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_list_that_lacks_one_is_said_and_nothing_is_changed_or_piled_up(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" LIKE '%_Messaging'");
        await registry.OutsideAsync("INSERT INTO conversations (title) VALUES ('A talk')");

        for (var time = 0; time < 5; time++)
        {
            registry.Clock.Advance(TimeSpan.FromSeconds(5));
            var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(registry));

            Assert.Contains("already exists", refused.Message, StringComparison.Ordinal);
            Assert.Contains($"{Newest(registry)}. The database has what this migration makes", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal("A talk", await registry.OutsideAsync("SELECT title FROM conversations"));
        Assert.InRange(Directory.EnumerateFiles(registry.Location.BackupsFolder).Count(), 1, 2);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_list_that_is_lost_is_said(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync("DROP TABLE \"__EFMigrationsHistory\"");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(registry));

        Assert.Contains("the list was edited, or lost", refused.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_a_newer_version_made_is_named_and_not_stepped_over(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync($"INSERT INTO \"__EFMigrationsHistory\" VALUES ('{Newer}', '10.0.0')");
        var steps = registry.Services.GetRequiredService<SchemaSteps>();

        var state = await steps.ReadAsync(Cancel);
        Assert.Equal((Newer, Newer, (string?)null), (state.Current, state.Newer, state.Before));
        Assert.Equal(Newer, Assert.Single(state.Migrations, migration => !migration.IsKnown).Name);
        foreach (
            var step in new Func<Task>[]
            {
                () => steps.DownAsync(null, mayLose: true, Cancel),
                () => steps.ToAsync("Conversations", mayLose: true, Cancel),
                () => steps.ToAsync("0", mayLose: true, Cancel),
            }
        )
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(step);
            Assert.StartsWith($"Nothing was changed, because the registry has {Newer}", refused.Message, StringComparison.Ordinal);
        }

        await steps.UpAsync(isOneStep: false, Cancel);
        await StartAsync(registry);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Going_to_one_further_back_loses_nothing_unasked_either(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var steps = registry.Services.GetRequiredService<SchemaSteps>();
        await registry.OutsideAsync("INSERT INTO conversations (title) VALUES ('A talk')");

        foreach (var name in new[] { "Start", "0" })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => steps.ToAsync(name, mayLose: false, Cancel));
            Assert.Contains("1 row of conversations", refused.Message, StringComparison.Ordinal);
        }

        await steps.ToAsync("MESSAGING", mayLose: true, Cancel);
        Assert.EndsWith("_Messaging", (await steps.ReadAsync(Cancel)).Current, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_taken_in_any_case_with_or_without_their_numbers_and_mistyped_ones_are_corrected()
    {
        await using var registry = await TestRegistry.CreateAsync();
        var steps = registry.Services.GetRequiredService<SchemaSteps>();
        var mistyped = await Assert.ThrowsAsync<InvalidOperationException>(() => steps.ToAsync("memroy", mayLose: false, Cancel));
        Assert.StartsWith("Unknown migration memroy. Did you mean Memory?", mistyped.Message, StringComparison.Ordinal);

        var newest = Newest(registry);
        await steps.DownAsync(newest[(newest.IndexOf('_', StringComparison.Ordinal) + 1)..].ToLowerInvariant(), mayLose: false, Cancel);
        await steps.ToAsync(newest.ToUpperInvariant(), mayLose: false, Cancel);

        Assert.Equal(0, (await steps.ReadAsync(Cancel)).Pending);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Steps_back_that_fail_leave_a_registry_that_goes_forward_again(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var steps = registry.Services.GetRequiredService<SchemaSteps>();
        await registry.OutsideAsync("ALTER TABLE memory_sources RENAME TO elsewhere");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => steps.ToAsync("Conversations", mayLose: true, Cancel));

        Assert.Contains("The database lacks what an earlier migration made", refused.Message, StringComparison.Ordinal);
        await registry.OutsideAsync("ALTER TABLE elsewhere RENAME TO memory_sources");
        var held = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(registry));
        Assert.Contains("go forward with this one: migrate up", held.Message, StringComparison.Ordinal);
        await steps.ToAsync(Newest(registry), mayLose: false, Cancel);
        await StartAsync(registry);
        Assert.Equal(0, (await steps.ReadAsync(Cancel)).Pending);
    }

    [Fact]
    public async Task A_backup_on_a_full_disk_stops_the_step_and_leaves_no_half_of_it()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await using var disk = await SmallDisk.CreateAsync(registry.Location.BackupsFolder);
        disk.Fill();
        var steps = registry.Services.GetRequiredService<SchemaSteps>();

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => steps.DownAsync(null, mayLose: false, Cancel));

        Assert.StartsWith(
            "Nothing was migrated, because the backup before the migration failed: ",
            refused.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("Free some space", refused.Message, StringComparison.Ordinal);
        Assert.Equal([SmallDisk.Filler], Directory.EnumerateFiles(disk.Folder).Select(Path.GetFileName));
        Assert.Equal(0, (await steps.ReadAsync(Cancel)).Pending);
        disk.Free();
        await steps.DownAsync(null, mayLose: false, Cancel);
    }

    [Fact]
    public async Task A_user_of_PostgreSQL_without_rights_is_told_what_to_run()
    {
        await using var registry = await TestRegistry.CreateAsync(TestDatabase.Postgres);
        var role = $"visitor_{Guid.NewGuid():N}";
        await registry.OutsideAsync($"CREATE ROLE {role} LOGIN PASSWORD 'visitor'");
        try
        {
            var visit = new NpgsqlConnectionStringBuilder(registry.Location.PostgresConnection)
            {
                Username = role,
                Password = "visitor",
                Pooling = false,
            };
            using var output = new StringWriter();
            using var errors = new StringWriter();
            var location = registry.Location with { PostgresConnection = visit.ConnectionString };

            Assert.Equal(1, await CommandLine.RunAsync(["migrate", "up"], output, errors, location));

            Assert.Contains("permission denied", $"{errors}", StringComparison.Ordinal);
            Assert.Contains($"OWNER TO \"{role}\". Do that, then start again.", $"{errors}", StringComparison.Ordinal);
        }
        finally
        {
            await registry.OutsideAsync($"DROP ROLE {role}");
        }
    }

    private static Task StartAsync(TestRegistry registry) => registry.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(Cancel);
}

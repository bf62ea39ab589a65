using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

public sealed class WritingFromOutsideTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly (string Table, string Column, string[] Words)[] Enums =
    [
        ("agents", "status", ["Healthy", "Degraded", "Off", "Ready"]),
        ("tools", "status", ["Healthy", "Degraded", "Off", "Ready"]),
        ("tool_instances", "status", ["Healthy", "Degraded", "Off", "Ready"]),
        ("configurations", "type", ["string", "number", "boolean", "json"]),
        ("plugins", "status", ["Active", "Inactive", "Error"]),
        ("scheduled_jobs", "status", ["Active", "Paused", "Error"]),
        ("logs", "level", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
        ("backups", "type", ["full", "incremental", "config_only"]),
        ("backups", "status", ["In Progress", "Completed", "Failed"]),
        ("users", "role", ["admin", "user", "viewer"]),
        ("system_config", "environment", ["development", "staging", "production"]),
    ];

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_a_plain_insert_wrote_the_console_reads(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await OutsideRows.InsertAllAsync(registry);

        await using var context = registry.Open();
        await using var logs = registry.Services.GetRequiredService<LogsDbContext>();
        foreach (var (table, _) in OutsideRows.All)
        {
            var owner = table == "logs" ? (DbContext)logs : context;
            Assert.Single(await RowsOf(owner, table).ToListAsync(Cancel));
        }

        var user = await context.Users.SingleAsync(Cancel);
        Assert.Equal(
            ("ADA", "ADA@EXAMPLE.ORG", new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero)),
            (user.NormalizedUserName, user.NormalizedEmail, user.LastLogin)
        );
        Assert.False(string.IsNullOrEmpty(user.SecurityStamp));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_user_that_is_renamed_outside_is_found_by_the_new_names(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync("INSERT INTO users (username, email) VALUES ('Ada', 'ada@example.org')");

        await registry.OutsideAsync("UPDATE users SET username = 'Grace', email = NULL");

        Assert.Equal(
            "GRACE",
            await registry.OutsideAsync("SELECT normalized_username FROM users WHERE normalized_email IS NULL AND version = 2")
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_seeds_words_are_taken_and_others_refused(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await OutsideRows.InsertAllAsync(registry);

        foreach (var (table, column, words) in Enums)
        {
            foreach (var word in words)
            {
                await registry.OutsideAsync($"UPDATE {table} SET {column} = '{word}'", table);
            }

            await Assert.ThrowsAnyAsync<Exception>(() => registry.OutsideAsync($"UPDATE {table} SET {column} = 'nonsense'", table));
            Assert.Equal(words[^1], await registry.OutsideAsync($"SELECT {column} FROM {table}", table));
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Only_json_goes_into_json_columns(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await OutsideRows.InsertAllAsync(registry);
        await using var context = registry.Open();
        await using var logs = registry.Services.GetRequiredService<LogsDbContext>();
        var columns = (
            from entity in context.Model.GetEntityTypes().Concat(logs.Model.GetEntityTypes())
            from property in entity.GetProperties()
            where property.IsJson() && OutsideRows.All.Any(r => r.Table == entity.GetTableName())
            select (Table: entity.GetTableName()!, Column: property.GetColumnName())
        ).ToList();

        Assert.Equal(11, columns.Count);
        foreach (var (table, column) in columns)
        {
            await registry.OutsideAsync($"UPDATE {table} SET {column} = '[1, \"two\", null]'", table);
            await Assert.ThrowsAnyAsync<Exception>(() => registry.OutsideAsync($"UPDATE {table} SET {column} = '[1,'", table));
        }
    }

    [Fact]
    public async Task Times_have_the_shape_of_CURRENT_TIMESTAMP()
    {
        const string Shape = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]";
        await using var registry = await TestRegistry.CreateAsync();
        await OutsideRows.InsertAllAsync(registry);

        foreach (var (table, _) in OutsideRows.All.Where(r => r.Table is not "logs"))
        {
            Assert.Equal("1|1", await registry.OutsideAsync($"SELECT created_at GLOB '{Shape}', updated_at GLOB '{Shape}' FROM {table}"));
        }

        Assert.Equal("1", await registry.OutsideAsync($"SELECT timestamp GLOB '{Shape}' FROM logs", "logs"));
        await registry.OutsideAsync("UPDATE agents SET name = 'Monday'");
        Assert.Equal("1", await registry.OutsideAsync($"SELECT updated_at GLOB '{Shape}.[0-9][0-9][0-9]' FROM agents"));
    }

    [Theory]
    [InlineData("2026-11-21 09:00:00", 0)]
    [InlineData("2026-11-21 09:00:00.123", 123)]
    [InlineData("2026-11-21T09:00:00.123456", 123)]
    [InlineData("2026-11-21T09:00:00Z", 0)]
    [InlineData("2026-11-21T10:00:00.5+01:00", 500)]
    public async Task Times_are_read_in_every_shape_that_programs_write(string written, int milliseconds)
    {
        await using var registry = await TestRegistry.CreateAsync();
        await registry.OutsideAsync($"UPDATE system_config SET last_connected = '{written}'");

        await using var context = registry.Open();
        var read = (await context.SystemConfig.SingleAsync(Cancel)).LastConnected!.Value;

        Assert.Equal(
            new DateTimeOffset(2026, 11, 21, 9, 0, 0, milliseconds, TimeSpan.Zero),
            read.AddTicks(-(read.Ticks % TimeSpan.TicksPerMillisecond))
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_outside_update_under_an_open_form_is_a_conflict_in_every_table(TestDatabase database)
    {
        (string Table, string Column)[] edits =
        [
            ("system_config", "ollama_base_url"),
            ("users", "email"),
            ("user_sessions", "ip_address"),
            ("agents", "description"),
            ("tools", "description"),
            ("tool_instances", "name"),
            ("configurations", "value"),
            ("plugins", "name"),
            ("scheduled_jobs", "description"),
            ("backups", "description"),
            ("plugin_config", "config_value"),
        ];
        await using var registry = await TestRegistry.CreateAsync(database);
        await OutsideRows.InsertAllAsync(registry);

        foreach (var (table, column) in edits)
        {
            await using var form = registry.Open();
            var entry = form.Entry(await RowsOf(form, table).SingleAsync(Cancel));
            await registry.OutsideAsync($"UPDATE {table} SET {column} = 'theirs'");

            entry.Property(entry.Metadata.GetProperties().Single(p => p.GetColumnName() == column)).CurrentValue = "mine";

            await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => form.SaveChangesAsync(Cancel));
            Assert.Equal("theirs", await registry.OutsideAsync($"SELECT {column} FROM {table}"));
        }
    }

    [Theory]
    [InlineData("REPLACE INTO agents (id, name) VALUES (1, 'Replaced')")]
    [InlineData("DELETE FROM agents; INSERT INTO agents (id, name) VALUES (1, 'Replaced')")]
    [InlineData("INSERT INTO agents (id, name) VALUES (1, 'Replaced') ON CONFLICT (id) DO UPDATE SET name = excluded.name")]
    public async Task An_outside_replacement_under_an_open_form_is_a_conflict(string sql)
    {
        await using var registry = await TestRegistry.CreateAsync();
        await registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        await using var form = registry.Open();
        var agent = await form.Agents.SingleAsync(Cancel);
        await registry.OutsideAsync(sql);

        agent.Name = "Mine";

        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => form.SaveChangesAsync(Cancel));
        Assert.Equal("Replaced", await registry.OutsideAsync("SELECT name FROM agents"));
    }

    private static IQueryable<object> RowsOf(DbContext context, string table)
    {
        var type = context.Model.GetEntityTypes().Single(e => e.GetTableName() == table).ClrType;
        return (IQueryable<object>)
            typeof(DbContext).GetMethod(nameof(DbContext.Set), Type.EmptyTypes)!.MakeGenericMethod(type).Invoke(context, null)!;
    }
}

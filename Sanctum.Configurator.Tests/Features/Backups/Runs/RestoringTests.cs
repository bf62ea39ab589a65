using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

public sealed class RestoringTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Ten_changes_are_seen_before_undone_by_restoring_and_back_after_undo(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var ids = new List<int>();
        foreach (var name in Enumerable.Range(1, 8).Select(number => $"Agent {number}"))
        {
            ids.Add(await console.AddAgentAsync(name));
        }

        var before = await console.AgentsAsync();
        var backup = await console.BackUpAsync();
        await using (var context = console.Registry.Open())
        {
            foreach (var agent in await context.Agents.Where(a => a.Id <= ids[4]).ToListAsync(Cancel))
            {
                agent.Name += " renamed";
            }

            context.RemoveRange(await context.Agents.Where(a => a.Id > ids[5]).ToListAsync(Cancel));
            (await context.SystemConfig.SingleAsync(Cancel)).SmcpPort = 9123;
            await context.SaveChangesAsync(Cancel);
        }

        await console.AddAgentAsync("A newcomer");
        await console.AddAgentAsync("Another");
        var changed = await console.AgentsAsync();

        var preview = Assert.IsType<Outcome<RestorePlan>.Ok>(await console.PreviewAsync(backup)).Value;
        Assert.Equal(changed, await console.AgentsAsync());
        var agents = preview.Tables.Single(table => table.Table == "agents");
        Assert.Equal((2, 5, 2), (agents.Inserted, agents.Updated, agents.Deleted));
        Assert.Equal(
            [new ColumnPlan("name", "Agent 1 renamed", "Agent 1")],
            agents.Rows.Single(row => row.Label == "Agent 1 renamed").Changes
        );
        Assert.Equal(10, preview.Count);

        var done = Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup)).Value;
        Assert.Equal(10, done.Count);
        Assert.Equal(before, await console.AgentsAsync());
        Assert.Equal(0, Assert.IsType<Outcome<RestorePlan>.Ok>(await console.PreviewAsync(backup)).Value.Count);

        Assert.IsType<Outcome<RestorePlan>.Ok>(
            await console.AsAdministratorAsync((RestoreService restores) => restores.UndoAsync(false, BackupRegistry.Password, Cancel))
        );
        Assert.Equal(changed, await console.AgentsAsync());
        var added = await console.AddAgentAsync("After all that");
        Assert.DoesNotContain(added, changed.Keys);
        await using var scope = console.Registry.Services.CreateAsyncScope();
        Assert.True((await scope.ServiceProvider.GetRequiredService<ChangeAudit>().VerifyAsync(Cancel)).IsWhole);
    }

    [Fact]
    public async Task One_agent_comes_back_with_what_hangs_on_it_and_the_others_stay()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var (athena, monday) = (await console.AddAgentAsync("Athena"), await console.AddAgentAsync("Monday"));
        await ConfigureAsync(console, athena, "12");
        var backup = await console.BackUpAsync();
        await using (var context = console.Registry.Open())
        {
            (await context.Agents.SingleAsync(agent => agent.Id == athena, Cancel)).Name = "Athena of later";
            (await context.Agents.SingleAsync(agent => agent.Id == monday, Cancel)).Name = "Monday of later";
            await context.SaveChangesAsync(Cancel);
        }

        await ConfigureAsync(console, athena, "99");

        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup, $"agents/{athena}"));

        Assert.Equal(["Athena", "Monday of later"], (await console.AgentsAsync()).Values.Order());
        await using var after = console.Registry.Open();
        Assert.Equal("12", (await after.Configurations.SingleAsync(Cancel)).Value);
    }

    private static async Task ConfigureAsync(BackupRegistry console, int agent, string value)
    {
        await using var context = console.Registry.Open();
        if (await context.Configurations.SingleOrDefaultAsync(Cancel) is { } there)
        {
            there.Value = value;
        }
        else
        {
            context.Add(
                new Configuration
                {
                    Key = "pace",
                    Value = value,
                    Scope = "agent",
                    ScopeId = agent,
                }
            );
        }

        await context.SaveChangesAsync(Cancel);
    }

    [Fact]
    public async Task One_table_comes_back_and_the_others_stay()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var id = await console.AddAgentAsync("Athena");
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync("UPDATE agents SET name = 'Pallas'; UPDATE system_config SET smcp_port = 9123 WHERE id = 1;");

        var done = Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup, "agents")).Value;

        Assert.Equal(1, done.Count);
        Assert.Equal("Athena", (await console.AgentsAsync())[id]);
        Assert.Equal("9123", await console.Registry.OutsideAsync("SELECT smcp_port FROM system_config"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_history_says_who_restored_what_from_which_backup(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var id = await console.AddAgentAsync("Athena");
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync("UPDATE agents SET name = 'Pallas'");

        await console.RestoreAsync(backup);

        await using var context = console.Registry.Open();
        var record = await context.Changes.OrderByDescending(c => c.Id).FirstAsync(c => c.TableName == "agents", Cancel);
        Assert.Equal(
            ("root", "update", $"{id}", $"restored from the backup {backup.Name}"),
            (record.Actor, record.Act, record.RowId, record.Reason)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Unique_values_that_changed_places_come_back_and_the_history_shows_one_change_each(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        foreach (var name in new[] { "Athena", "Monday", "Timbre", "Herald", "Scribe" })
        {
            await console.AddAgentAsync(name);
        }

        await console.Registry.OutsideAsync("UPDATE agents SET letta_uid = 'agent-' || name");
        await console.Registry.OutsideAsync("INSERT INTO tools (name) VALUES ('a tool')");
        await console.Registry.OutsideAsync(
            "INSERT INTO tool_versions (tool_id, label) VALUES ((SELECT id FROM tools), 'one'), ((SELECT id FROM tools), 'two')"
        );
        var before = await StateAsync();
        var backup = await console.BackUpAsync();

        // Two change places, two of the others and a new one go round, and a deleted one's value is another's.
        await console.Registry.OutsideAsync("UPDATE agents SET letta_uid = NULL");
        await console.Registry.OutsideAsync("DELETE FROM agents WHERE name = 'Scribe'");
        await console.Registry.OutsideAsync(
            """
            UPDATE agents SET letta_uid = CASE name WHEN 'Athena' THEN 'agent-Monday' WHEN 'Monday' THEN 'agent-Athena' WHEN 'Timbre' THEN 'agent-Herald' ELSE 'agent-Scribe' END
            """
        );
        await console.Registry.OutsideAsync("INSERT INTO agents (name, letta_uid) VALUES ('Newcomer', 'agent-Timbre')");
        await console.Registry.OutsideAsync("UPDATE tool_versions SET label = 'parked' WHERE label = 'one'");
        await console.Registry.OutsideAsync("UPDATE tool_versions SET label = 'one' WHERE label = 'two'");
        await console.Registry.OutsideAsync("UPDATE tool_versions SET label = 'two' WHERE label = 'parked'");
        var swapped = await StateAsync();

        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup));

        Assert.Equal(before, await StateAsync());
        await using (var context = console.Registry.Open())
        {
            var changes = await context
                .Changes.Where(c => c.Reason == $"restored from the backup {backup.Name}")
                .OrderBy(c => c.TableName)
                .ThenBy(c => c.RowId)
                .ThenBy(c => c.Id)
                .ToListAsync(Cancel);
            Assert.Equal(changes.Count, changes.Select(c => (c.TableName, c.RowId)).Distinct().Count());
            var athena = changes.Single(c => c is { TableName: "agents", RowId: "1" });
            Assert.Equal(
                ("update", "{\"letta_uid\":\"agent-Monday\"}", "{\"letta_uid\":\"agent-Athena\"}"),
                (athena.Act, athena.Before, athena.After)
            );
            Assert.DoesNotContain(
                await context.Changes.ToListAsync(Cancel),
                c => $"{c.Before}{c.After}".Contains('~', StringComparison.Ordinal)
            );
        }

        Assert.IsType<Outcome<RestorePlan>.Ok>(
            await console.AsAdministratorAsync((RestoreService restores) => restores.UndoAsync(false, BackupRegistry.Password, Cancel))
        );
        Assert.Equal(swapped, await StateAsync());
        await using var scope = console.Registry.Services.CreateAsyncScope();
        Assert.True((await scope.ServiceProvider.GetRequiredService<ChangeAudit>().VerifyAsync(Cancel)).IsWhole);

        async Task<string> StateAsync()
        {
            await using var context = console.Registry.Open();
            var agents = await context.Agents.OrderBy(a => a.Id).Select(a => $"{a.Id} {a.Name} {a.LettaUid}").ToListAsync(Cancel);
            var versions = await context
                .Set<Sanctum.Configurator.Registry.Tools.ToolVersion>()
                .OrderBy(v => v.Id)
                .Select(v => $"{v.Id} {v.ToolId} {v.Label}")
                .ToListAsync(Cancel);
            return string.Join('\n', agents.Concat(versions));
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_row_whose_unique_value_another_one_has_now_is_refused_whole(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var (athena, monday) = (await console.AddAgentAsync("Athena"), await console.AddAgentAsync("Monday"));
        await console.Registry.OutsideAsync($"UPDATE agents SET letta_uid = 'agent-1' WHERE id = {athena}");
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync($"UPDATE agents SET letta_uid = NULL, name = 'Pallas' WHERE id = {athena}");
        await console.Registry.OutsideAsync($"UPDATE agents SET letta_uid = 'agent-1' WHERE id = {monday}");

        var refused = Assert.IsType<Outcome<RestorePlan>.Invalid>(await console.RestoreAsync(backup, $"agents/{athena}"));

        Assert.StartsWith(
            "Nothing was changed. The selected rows conflict with the rows that stay",
            refused.Reasons[""],
            StringComparison.Ordinal
        );
        Assert.Equal("Pallas", (await console.AgentsAsync())[athena]);
        Assert.Equal("agent-1", await console.Registry.OutsideAsync($"SELECT letta_uid FROM agents WHERE id = {monday}"));
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite, TestDatabase.Postgres)]
    [InlineData(TestDatabase.Postgres, TestDatabase.Sqlite)]
    public async Task A_backup_of_one_database_restores_into_the_other(TestDatabase from, TestDatabase to)
    {
        await using var source = await BackupRegistry.CreateAsync(from);
        await using var target = await BackupRegistry.CreateAsync(to);
        var id = await source.AddAgentAsync("Athena");
        var backup = await source.BackUpAsync();
        var there = await target.BackUpAsync();
        File.Copy(backup.FilePath!, there.FilePath!, overwrite: true);

        Assert.IsType<Outcome<RestorePlan>.Ok>(await target.RestoreAsync(there));

        Assert.Equal("Athena", (await target.AgentsAsync())[id]);
        Assert.NotEqual(id, await target.AddAgentAsync("Timbre"));
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_before_anything_is_touched()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await console.AddAgentAsync("Athena");
        var backup = await console.BackUpAsync();
        await console.AddAgentAsync("Timbre");
        var bytes = await File.ReadAllBytesAsync(backup.FilePath!, Cancel);
        bytes[bytes.Length / 3] ^= 4;
        await File.WriteAllBytesAsync(backup.FilePath!, bytes, Cancel);

        var refused = Assert.IsType<Outcome<RestorePlan>.Invalid>(await console.RestoreAsync(backup));

        Assert.StartsWith("Nothing was changed. The part registry.db is damaged", refused.Reasons[""], StringComparison.Ordinal);
        Assert.Equal(2, (await console.AgentsAsync()).Count);
    }

    [Fact]
    public async Task Without_its_name_typed_nothing_is_restored()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var backup = await console.BackUpAsync();

        var refused = Assert.IsType<Outcome<RestorePlan>.Invalid>(
            await console.AsAdministratorAsync(
                (RestoreService restores) => restores.RestoreAsync(backup.Id, new() { Confirm = "something" }, Cancel)
            )
        );

        Assert.Contains(backup.Name, refused.Reasons[nameof(RestoreForm.Confirm)], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_come_back_and_are_not_shown_in_the_difference()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var box = console.Registry.Services.GetRequiredService<Sanctum.Configurator.Platform.Secrets.SecretBox>();
        var place = new Sanctum.Configurator.Platform.Secrets.SecretPlace("system_config", "openai_api_key", "1");
        await SetAsync(box.Seal("sk-canary-of-before", place));
        var backup = await console.BackUpAsync();
        await SetAsync(box.Seal("sk-canary-of-after", place));

        var preview = Assert.IsType<Outcome<RestorePlan>.Ok>(await console.PreviewAsync(backup)).Value;
        await console.RestoreAsync(backup);

        var change = Assert.Single(Assert.Single(preview.Tables.Single(t => t.Table == "system_config").Rows).Changes);
        Assert.Equal(new("openai_api_key", "set", "set"), change);
        Assert.Equal(0, preview.UnreadableSecrets);
        await using var context = console.Registry.Open();
        Assert.Equal("sk-canary-of-before", box.Open((await context.SystemConfig.SingleAsync(Cancel)).OpenAiApiKey, place));

        async Task SetAsync(string? sealedText)
        {
            await using var writing = console.Registry.Open();
            (await writing.SystemConfig.SingleAsync(Cancel)).OpenAiApiKey = sealedText;
            await writing.SaveChangesAsync(Cancel);
        }
    }

    [Fact]
    public async Task Secrets_of_another_console_are_counted_as_unreadable()
    {
        await using var source = await BackupRegistry.CreateAsync();
        await using var target = await BackupRegistry.CreateAsync();
        var box = source.Registry.Services.GetRequiredService<Sanctum.Configurator.Platform.Secrets.SecretBox>();
        await using (var writing = source.Registry.Open())
        {
            (await writing.SystemConfig.SingleAsync(Cancel)).OpenAiApiKey = box.Seal(
                "sk-canary",
                new("system_config", "openai_api_key", "1")
            );
            await writing.SaveChangesAsync(Cancel);
        }

        var backup = await source.BackUpAsync();
        var there = await target.BackUpAsync();
        File.Copy(backup.FilePath!, there.FilePath!, overwrite: true);

        Assert.Equal(1, Assert.IsType<Outcome<RestorePlan>.Ok>(await target.PreviewAsync(there)).Value.UnreadableSecrets);
    }
}

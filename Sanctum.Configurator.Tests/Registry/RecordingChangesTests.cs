using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

public sealed class RecordingChangesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_change_is_recorded_with_actor_place_before_and_after(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await ChangePortAsync(registry, "ada", 8283);

        await using var context = registry.Open();
        var record = await context.Changes.OrderBy(r => r.Id).LastAsync(Cancel);

        Assert.Equal(
            ("ada", "127.0.0.1", "update", "system_config", "1"),
            (record.Actor, record.Place, record.Act, record.TableName, record.RowId)
        );
        Assert.Equal("""{"letta_server_port":443}""", record.Before);
        Assert.Equal("""{"letta_server_port":8283}""", record.After);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_change_whose_record_cannot_be_written_is_refused(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync("ALTER TABLE change_history RENAME TO change_history_gone");

        await Assert.ThrowsAnyAsync<Exception>(() => ChangePortAsync(registry, "ada", 8283));

        await registry.OutsideAsync("ALTER TABLE change_history_gone RENAME TO change_history");
        Assert.Equal("443", await registry.OutsideAsync("SELECT letta_server_port FROM system_config"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_outside_update_raises_the_version_and_is_recorded_as_outside(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);

        await registry.OutsideAsync(
            "UPDATE system_config SET letta_server_address = '192.168.1.100', updated_at = CURRENT_TIMESTAMP WHERE id = 1"
        );

        await using var context = registry.Open();
        Assert.Equal(2, (await context.SystemConfig.SingleAsync(Cancel)).Version);
        var record = await context.Changes.OrderBy(r => r.Id).LastAsync(Cancel);
        Assert.Equal(("outside", "update"), (record.Actor, record.Act));
        Assert.Contains("192.168.1.100", record.After, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_outside_insert_and_delete_are_recorded(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);

        await registry.OutsideAsync(
            "INSERT INTO agents (name, description, status) VALUES ('Athena', 'Sanctum Configuration Assistant', 'Healthy')"
        );
        await registry.OutsideAsync("DELETE FROM agents WHERE name = 'Athena'");

        await using var context = registry.Open();
        var acts = await context
            .Changes.Where(r => r.TableName == "agents")
            .OrderBy(r => r.Id)
            .Select(r => r.Actor + " " + r.Act)
            .ToListAsync(Cancel);
        Assert.Equal(["outside insert", "outside delete"], acts);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_consoles_own_changes_are_recorded_once(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using (var context = registry.Open())
        {
            var agent = new Agent { Name = "Monday" };
            context.Add(agent);
            await context.SaveChangesAsync(Cancel);
            agent.Status = RunState.Degraded;
            await context.SaveChangesAsync(Cancel);
            context.Remove(agent);
            await context.SaveChangesAsync(Cancel);
        }

        await using var reader = registry.Open();
        var acts = await reader
            .Changes.Where(r => r.TableName == "agents")
            .OrderBy(r => r.Id)
            .Select(r => r.Actor + " " + r.Act)
            .ToListAsync(Cancel);
        Assert.Equal(["console insert", "console update", "console delete"], acts);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_second_of_two_writers_is_stopped(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var first = registry.Open();
        var row = await first.SystemConfig.SingleAsync(Cancel);
        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100 WHERE id = 1");

        row.SmcpPort = 9200;

        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => first.SaveChangesAsync(Cancel));
        Assert.Equal("9100", await registry.OutsideAsync("SELECT smcp_port FROM system_config"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_secret_appears_in_the_history_as_set_or_changed_only(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync("UPDATE system_config SET openai_api_key = 'canary-one' WHERE id = 1");
        await registry.OutsideAsync("UPDATE system_config SET openai_api_key = 'canary-two' WHERE id = 1");

        await using var context = registry.Open();
        var afters = await context
            .Changes.Where(r => r.Act == "update")
            .OrderBy(r => r.Id)
            .Select(r => r.Before + r.After)
            .ToListAsync(Cancel);
        Assert.DoesNotContain(afters, text => text.Contains("canary", StringComparison.Ordinal));
        Assert.Contains("\"set\"", afters[0], StringComparison.Ordinal);
        Assert.Contains("\"changed\"", afters[1], StringComparison.Ordinal);
    }

    private static async Task ChangePortAsync(TestRegistry registry, string actor, int port)
    {
        await using var scope = registry.ActAs(actor);
        await using var context = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(Cancel);
        (await context.SystemConfig.SingleAsync(Cancel)).LettaServerPort = port;
        await context.SaveChangesAsync(Cancel);
    }
}

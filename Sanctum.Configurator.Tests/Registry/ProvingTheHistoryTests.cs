using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

public sealed class ProvingTheHistoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private const string Columns =
        "id, chain_number, changed_at, actor, user_id, place, act, table_name, row_id, before, after, reason, previous_hash, hash";

    private static readonly (string What, string Sql)[] Tamperings =
    [
        ("the first deleted", "DELETE FROM change_history WHERE chain_number = 1"),
        ("one deleted", "DELETE FROM change_history WHERE chain_number = 3"),
        ("two deleted", "DELETE FROM change_history WHERE chain_number IN (2, 4)"),
        ("the last deleted", "DELETE FROM change_history WHERE chain_number = 5"),
        ("all deleted", "DELETE FROM change_history"),
        (
            "two swapped",
            "UPDATE change_history SET chain_number = 99 WHERE chain_number = 2; UPDATE change_history SET chain_number = 2 WHERE chain_number = 3; UPDATE change_history SET chain_number = 3 WHERE chain_number = 99"
        ),
        (
            "ids swapped",
            "UPDATE change_history SET id = 99 WHERE chain_number = 2; UPDATE change_history SET id = 2 WHERE chain_number = 3; UPDATE change_history SET id = 3 WHERE chain_number = 2"
        ),
        (
            "one inserted without a hash",
            "INSERT INTO change_history (changed_at, actor, place, act, table_name, row_id) VALUES ('2026-11-21 09:00:00', 'ada', 'console', 'update', 'agents', '1')"
        ),
        (
            "one inserted with a hash",
            "INSERT INTO change_history (changed_at, actor, place, act, table_name, row_id, chain_number, previous_hash, hash) VALUES ('2026-11-21 09:00:00', 'ada', 'console', 'update', 'agents', '1', 6, 'x', 'y')"
        ),
        (
            "one inserted as outside with a hash",
            "INSERT INTO change_history (changed_at, actor, place, act, table_name, row_id, hash) VALUES ('2026-11-21 09:00:00', 'outside', 'database', 'update', 'agents', '1', 'y')"
        ),
        (
            "one inserted before the first",
            "INSERT INTO change_history (changed_at, actor, place, act, table_name, row_id, chain_number, previous_hash, hash) VALUES ('2026-11-21 09:00:00', 'ada', 'console', 'update', 'agents', '1', 0, '', 'y')"
        ),
        ("one taken out of the chain", "UPDATE change_history SET chain_number = NULL WHERE chain_number = 5"),
        ("the head's hash edited", "UPDATE change_history_head SET hash = 'x'"),
        ("the head's length edited", "UPDATE change_history_head SET length = 4"),
        ("the head deleted", "DELETE FROM change_history_head"),
        (
            "the last deleted and the length lowered",
            "DELETE FROM change_history WHERE chain_number = 5; UPDATE change_history_head SET length = 4"
        ),
        ("id edited", "UPDATE change_history SET id = 99 WHERE chain_number = 3"),
        ("chain_number edited", "UPDATE change_history SET chain_number = 99 WHERE chain_number = 3"),
        ("changed_at edited", "UPDATE change_history SET changed_at = '2001-01-01 00:00:00.000' WHERE chain_number = 3"),
        ("user_id edited", "UPDATE change_history SET user_id = 7 WHERE chain_number = 3"),
        .. new[] { "actor", "place", "act", "table_name", "row_id", "before", "after", "reason", "previous_hash", "hash" }.Select(column =>
            ($"{column} edited", $"UPDATE change_history SET {column} = 'x' WHERE chain_number = 3")
        ),
        ("before cleared", "UPDATE change_history SET before = NULL WHERE chain_number = 3"),
        ("hash cleared", "UPDATE change_history SET hash = NULL WHERE chain_number = 5"),
    ];

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Whatever_was_done_to_a_record_is_found(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100");
        await ChangePortAsync(registry.Services, 5001);
        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9200");
        await ChangePortAsync(registry.Services, 5002);
        var report = await VerifyAsync(registry);
        Assert.Equal((5, 0, ""), (report.Records, report.Waiting, Faults(report)));
        await registry.OutsideAsync(
            "CREATE TABLE kept AS SELECT * FROM change_history; CREATE TABLE kept_head AS SELECT * FROM change_history_head"
        );

        foreach (var (what, sql) in Tamperings)
        {
            await registry.OutsideAsync(sql);
            Assert.False((await VerifyAsync(registry)).IsWhole, $"{what}: not found.");
            await registry.OutsideAsync(
                $"DELETE FROM change_history; INSERT INTO change_history ({Columns}) SELECT {Columns} FROM kept; DELETE FROM change_history_head; INSERT INTO change_history_head SELECT * FROM kept_head"
            );
            Assert.Equal("", Faults(await VerifyAsync(registry)));
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_record_with_a_right_hash_that_the_console_did_not_write_is_found(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var head = (await VerifyAsync(registry)).HeadHash;
        await using var context = registry.Open();
        var forged = context.NewRecord("update", "agents", "1", null, "{}");
        forged.Seal(2, head);
        context.Changes.Add(forged);
        await context.SaveWithoutHistoryAsync(Cancel);
        forged.Seal(2, head);
        await context.SaveWithoutHistoryAsync(Cancel);

        var fault = Assert.Single((await VerifyAsync(registry)).Faults);

        Assert.Null(fault.RecordId);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Changes_of_other_programs_wait_until_they_are_sealed(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100");

        var before = await VerifyAsync(registry);
        await ChangePortAsync(registry.Services, 5001);
        var after = await VerifyAsync(registry);

        Assert.Equal((1, 1, ""), (before.Records, before.Waiting, Faults(before)));
        Assert.Equal((3, 0, ""), (after.Records, after.Waiting, Faults(after)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_time_with_a_fraction_of_a_millisecond_keeps_its_hash(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        registry.Clock.Advance(TimeSpan.FromTicks(9_999_999));
        await ChangePortAsync(registry.Services, 5001);

        Assert.Equal("", Faults(await VerifyAsync(registry)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Twenty_writers_of_two_consoles_and_other_programs_leave_one_whole_chain(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var other = registry.BuildConsole();

        await Task.WhenAll(
            Parallel.ForAsync(
                0,
                20,
                new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = Cancel },
                async (number, cancel) =>
                {
                    await using var scope = (number % 2 == 0 ? registry.Services : other).CreateAsyncScope();
                    await using var context = await scope
                        .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
                        .CreateDbContextAsync(cancel);
                    context.Add(new Agent { Name = $"Agent {number}" });
                    await context.SaveChangesAsync(cancel);
                }
            ),
            Parallel.ForAsync(
                0,
                5,
                Cancel,
                async (number, _) => await registry.OutsideAsync($"INSERT INTO agents (name) VALUES ('Outside {number}')")
            )
        );
        await ChangePortAsync(other, 5001);

        var report = await VerifyAsync(registry);
        Assert.Equal((27, 0, ""), (report.Records, report.Waiting, Faults(report)));
        await using var reader = registry.Open();
        Assert.Equal(20, await reader.Changes.CountAsync(r => r.TableName == "agents" && r.Actor == "console", Cancel));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_context_may_save_again_after_somebody_else_has(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var other = registry.BuildConsole();
        await using var context = registry.Open();
        context.Add(new Agent { Name = "First" });
        await context.SaveChangesAsync(Cancel);
        await ChangePortAsync(other, 5001);

        context.Add(new Agent { Name = "Second" });
        await context.SaveChangesAsync(Cancel);

        var report = await VerifyAsync(registry);
        Assert.Equal((4, ""), (report.Records, Faults(report)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Verifying_does_not_wait_for_a_writer(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var writer = registry.Open();
        await writer.BeginWritingAsync(Cancel);

        Assert.True((await VerifyAsync(registry)).IsWhole);
    }

    [Fact]
    public async Task A_refused_save_inside_a_larger_transaction_does_not_hide_other_programs_changes()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await using (var context = registry.Open())
        {
            await using var transaction = await context.Database.BeginTransactionAsync(Cancel);
            (await context.SystemConfig.SingleAsync(Cancel)).FlaskPort = 99999;
            await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(Cancel));
            await transaction.CommitAsync(Cancel);
        }

        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100");

        Assert.Equal(1, (await VerifyAsync(registry)).Waiting);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_act_recorded_inside_a_larger_transaction_goes_with_it(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using (var context = registry.Open())
        {
            await using var transaction = await context.Database.BeginTransactionAsync(Cancel);
            await context.RecordAsync("reveal", "system_config", "1", null, Cancel);
            await transaction.RollbackAsync(Cancel);
        }

        var report = await VerifyAsync(registry);
        Assert.Equal((1, ""), (report.Records, Faults(report)));
    }

    private static string Faults(ChainReport report) => string.Join('\n', report.Faults);

    private static async Task<ChainReport> VerifyAsync(TestRegistry registry)
    {
        await using var scope = registry.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ChangeAudit>().VerifyAsync(Cancel);
    }

    private static async Task ChangePortAsync(IServiceProvider console, int port)
    {
        await using var scope = console.CreateAsyncScope();
        await using var context = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(Cancel);
        (await context.SystemConfig.SingleAsync(Cancel)).FlaskPort = port;
        await context.SaveChangesAsync(Cancel);
    }
}

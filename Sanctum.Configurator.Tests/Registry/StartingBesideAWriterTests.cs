using Npgsql;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

/// <summary>A console that starts makes triggers anew, each of which locks its table, while another console writes.</summary>
[Trait("Needs", "Postgres")]
public sealed class StartingBesideAWriterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_writes_a_job_and_its_history_is_not_in_a_deadlock_with_it()
    {
        await using var registry = await TestRegistry.CreateAsync(TestDatabase.Postgres);
        await using var writer = NpgsqlDataSource.Create(registry.Location.PostgresConnection!);
        await using var connection = await writer.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await RunAsync(connection, "LOCK TABLE scheduled_jobs IN ROW EXCLUSIVE MODE");
        await using var starting = registry.Open();

        var installing = PostgresOutsideTriggers.InstallAsync(starting, Cancel);
        await Wait.UntilAsync(async () =>
            await registry.OutsideAsync("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'scheduled_jobs'::regclass") == "1"
        );
        await RunAsync(connection, "LOCK TABLE change_history IN ROW EXCLUSIVE MODE");
        await transaction.RollbackAsync(Cancel);

        await installing;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}

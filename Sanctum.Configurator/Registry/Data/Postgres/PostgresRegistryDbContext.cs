using Microsoft.EntityFrameworkCore.Metadata;

namespace Sanctum.Configurator.Registry.Data.Postgres;

/// <summary>The registry in a PostgreSQL database, which several consoles may share.</summary>
public sealed class PostgresRegistryDbContext(DbContextOptions<PostgresRegistryDbContext> options) : RegistryDbContext(options)
{
    /// <summary>The chain has one end, so the consoles that share it take turns; the lock goes with the transaction.</summary>
    internal override async Task BeginWritingAsync(CancellationToken cancel)
    {
        if (Database.CurrentTransaction is null)
        {
            await Database.BeginTransactionAsync(cancel);
        }

        await Database.ExecuteSqlRawAsync(
            $"SELECT {PostgresLimits.Columns}, pg_advisory_xact_lock({RegistryLock.ChainKey}), set_config('{PostgresOutsideTriggers.WriterSetting}', 'on', true)",
            cancel
        );
    }

    internal override async Task TryWritingAsync(CancellationToken cancel)
    {
        await using var transaction = await Database.BeginTransactionAsync(cancel);
        await Database.ExecuteSqlRawAsync("SET TRANSACTION READ WRITE; SET LOCAL lock_timeout = '2s'", cancel);
        await Database.ExecuteSqlRawAsync($"SELECT pg_advisory_xact_lock({RegistryLock.ChainKey})", cancel);
        await transaction.RollbackAsync(cancel);
    }

    /// <summary>A failed statement has ended the transaction for everything but a rollback, which takes the setting along.</summary>
    internal override Task AbandonWritingAsync() => Task.CompletedTask;

    internal override Task EndWritingAsync(CancellationToken cancel) =>
        Database.ExecuteSqlRawAsync($"SELECT set_config('{PostgresOutsideTriggers.WriterSetting}', '', true)", cancel);

    internal override async Task FollowIdsAsync(CancellationToken cancel)
    {
        foreach (
            var entity in Model
                .GetEntityTypes()
                .Where(e => e.FindPrimaryKey()!.Properties is [{ ValueGenerated: ValueGenerated.OnAdd } key] && key.ClrType == typeof(int))
        )
        {
            var (table, id) = (entity.GetTableName(), entity.FindPrimaryKey()!.Properties[0].GetColumnName());
            var sql =
                $"SELECT setval(sequence, greatest((SELECT max({id}) FROM {table}), 1)) FROM pg_get_serial_sequence('{table}', '{id}') AS sequence WHERE sequence IS NOT NULL";
            await Database.ExecuteSqlRawAsync(sql, cancel);
        }
    }
}

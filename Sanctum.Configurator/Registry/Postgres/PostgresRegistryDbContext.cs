using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Registry.Postgres;

/// <summary>The registry in a PostgreSQL database, which several consoles may share.</summary>
public sealed class PostgresRegistryDbContext(DbContextOptions<PostgresRegistryDbContext> options, Actor actor, TimeProvider clock)
    : RegistryDbContext(options, actor, clock)
{
    /// <summary>The chain has one end, so the consoles that share it take turns; the lock goes with the transaction.</summary>
    internal override async Task BeginWritingAsync(CancellationToken cancel)
    {
        if (Database.CurrentTransaction is null)
        {
            await Database.BeginTransactionAsync(cancel);
        }

        await Database.ExecuteSqlRawAsync(
            $"SELECT pg_advisory_xact_lock({RegistryLock.ChainKey}), set_config('{PostgresOutsideTriggers.WriterSetting}', 'on', true)", cancel);
    }

    /// <summary>A failed statement has ended the transaction for everything but a rollback, which takes the setting along.</summary>
    internal override Task AbandonWritingAsync() => Task.CompletedTask;

    internal override Task EndWritingAsync(CancellationToken cancel) =>
        Database.ExecuteSqlRawAsync($"SELECT set_config('{PostgresOutsideTriggers.WriterSetting}', '', true)", cancel);
}

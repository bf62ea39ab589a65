using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>The registry in one SQLite file.</summary>
public sealed class SqliteRegistryDbContext(DbContextOptions<SqliteRegistryDbContext> options) : RegistryDbContext(options)
{
    internal override bool IsSqlite => true;

    /// <summary>The driver begins writing transactions as "immediate": the one write lock is taken here, not at the first write.</summary>
    internal override async Task BeginWritingAsync(CancellationToken cancel)
    {
        if (Database.CurrentTransaction is null)
        {
            await Database.BeginTransactionAsync(cancel);
        }

        await Database.ExecuteSqlRawAsync($"INSERT OR IGNORE INTO {SqliteOutsideTriggers.WriterTable} (id) VALUES (1)", cancel);
    }

    internal override async Task TryWritingAsync(CancellationToken cancel)
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder(Database.GetConnectionString()) { DefaultTimeout = 2 }.ConnectionString
        );
        await connection.OpenAsync(cancel);
        await using var transaction = connection.BeginTransaction(deferred: false);
        await transaction.RollbackAsync(cancel);
    }

    internal override Task EndWritingAsync(CancellationToken cancel) =>
        Database.ExecuteSqlRawAsync($"DELETE FROM {SqliteOutsideTriggers.WriterTable}", cancel);

    internal override Task AbandonWritingAsync() => EndWritingAsync(CancellationToken.None);

    /// <summary>
    /// The driver begins every other kind as a writer, which would wait for writers and stop them; without shared cache this one reads a
    /// snapshot.
    /// </summary>
    internal override Task<IDbContextTransaction> BeginReadingAsync(CancellationToken cancel) =>
        Database.BeginTransactionAsync(IsolationLevel.ReadUncommitted, cancel);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTextConverter>();
}

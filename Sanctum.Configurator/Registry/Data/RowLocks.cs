using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// Who decides about a row that several consoles take from. On SQLite one transaction writes at a time. On PostgreSQL rows are locked; what
/// another console has locked is left to it, so that one that stands still keeps nobody waiting, and after ten seconds the server ends its
/// transaction.
/// </summary>
internal static class RowLocks
{
    public static async Task<IDbContextTransaction> BeginAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var transaction = await registry.Database.BeginTransactionAsync(cancel);
        if (!registry.Database.IsSqlite())
        {
            await registry.Database.ExecuteSqlRawAsync("SET LOCAL idle_in_transaction_session_timeout = '10s'", cancel);
        }

        return transaction;
    }

    /// <summary>Those of the rows that nobody else decides about now.</summary>
    public static Task<List<int>> FreeAsync(RegistryDbContext registry, string table, List<int> ids, CancellationToken cancel) =>
        LockAsync(registry, table, ids, " SKIP LOCKED", cancel);

    /// <summary>Waits until nobody else decides about the rows.</summary>
    public static Task<List<int>> WaitAsync(RegistryDbContext registry, string table, List<int> ids, CancellationToken cancel) =>
        LockAsync(registry, table, ids, "", cancel);

    private static async Task<List<int>> LockAsync(
        RegistryDbContext registry,
        string table,
        List<int> ids,
        string skip,
        CancellationToken cancel
    )
    {
        if (registry.Database.IsSqlite() || ids.Count == 0)
        {
            return ids;
        }

        var list = string.Join(", ", ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));
#pragma warning disable EF1002 // Numbers, and constants.
        return await registry
            .Database.SqlQueryRaw<int>($"SELECT id AS \"Value\" FROM {table} WHERE id IN ({list}) ORDER BY id FOR NO KEY UPDATE{skip}")
            .ToListAsync(cancel);
#pragma warning restore EF1002
    }
}

using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// Who decides about a row that several consoles take from. On SQLite one transaction writes at a time, and those of one console in the order
/// in which they began: SQLite itself lets a writer wait in naps, and whoever writes without a pause would keep the others out. On PostgreSQL rows are locked; what
/// another console has locked is left to it, so that one that stands still keeps nobody waiting, and after ten seconds the server ends its
/// transaction.
/// </summary>
internal static class RowLocks
{
    /// <summary>The place in the order of writers of each database in a file.</summary>
    private static readonly ConcurrentDictionary<string, Lane> Writers = new();

    public static async Task<WriteTransaction> BeginAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        if (!registry.IsSqlite)
        {
            var shared = await registry.Database.BeginTransactionAsync(cancel);
            await registry.Database.ExecuteSqlRawAsync("SET LOCAL idle_in_transaction_session_timeout = '10s'", cancel);
            return new(shared, null);
        }

        var place = await Writers.GetOrAdd(registry.Database.GetConnectionString()!, static _ => new()).EnterAsync(cancel);
        try
        {
            return new(await registry.Database.BeginTransactionAsync(cancel), place);
        }
        catch
        {
            place.Dispose();
            throw;
        }
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
        if (registry.IsSqlite || ids.Count == 0)
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

/// <summary>A transaction that writes; what it has not committed is taken back when it is disposed.</summary>
internal sealed class WriteTransaction(IDbContextTransaction inner, IDisposable? place) : IAsyncDisposable
{
    public Task CommitAsync(CancellationToken cancel) => inner.CommitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        place?.Dispose();
    }
}

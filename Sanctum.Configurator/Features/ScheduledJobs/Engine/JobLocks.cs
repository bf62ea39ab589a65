using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>
/// Who decides about a job. On SQLite one transaction writes at a time. On PostgreSQL rows are locked; what another console has locked is
/// left to it, so that one that stands still keeps nobody waiting, and after ten seconds the server ends its transaction.
/// </summary>
internal static class JobLocks
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

    /// <summary>Those of the jobs that nobody else decides about now.</summary>
    public static Task<List<int>> JobsAsync(RegistryDbContext registry, List<int> ids, CancellationToken cancel) =>
        FreeAsync(registry, "scheduled_jobs", ids, cancel);

    /// <summary>Those of the agents for whom nobody else begins a run now.</summary>
    public static Task<List<int>> AgentsAsync(RegistryDbContext registry, List<int> ids, CancellationToken cancel) =>
        FreeAsync(registry, "agents", ids, cancel);

    /// <summary>Those of the runs that nobody else writes about now.</summary>
    public static Task<List<int>> FreeRunsAsync(RegistryDbContext registry, List<int> ids, CancellationToken cancel) =>
        FreeAsync(registry, "job_runs", ids, cancel);

    /// <summary>Waits until nobody else writes about the runs.</summary>
    public static Task<List<int>> RunsAsync(RegistryDbContext registry, List<int> ids, CancellationToken cancel) =>
        FreeAsync(registry, "job_runs", ids, cancel, waits: true);

    private static async Task<List<int>> FreeAsync(
        RegistryDbContext registry,
        string table,
        List<int> ids,
        CancellationToken cancel,
        bool waits = false
    )
    {
        if (registry.Database.IsSqlite() || ids.Count == 0)
        {
            return ids;
        }

        var list = string.Join(", ", ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));
#pragma warning disable EF1002 // Numbers, and constants.
        return await registry
            .Database.SqlQueryRaw<int>(
                $"SELECT id AS \"Value\" FROM {table} WHERE id IN ({list}) ORDER BY id FOR NO KEY UPDATE{(waits ? "" : " SKIP LOCKED")}"
            )
            .ToListAsync(cancel);
#pragma warning restore EF1002
    }
}

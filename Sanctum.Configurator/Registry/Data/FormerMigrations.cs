using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// The migrations that led to the schema which <c>Start</c> makes in one step, and which are no longer there. A database that has all of
/// them is taken as it is; one that lacks some needs the console that had them.
/// </summary>
internal static class FormerMigrations
{
    private static readonly string[] SqliteRegistry =
    [
        "20261121022725_Start",
        "20261121025346_CheckOrigin",
        "20261121110855_Drills",
        "20261121125822_BackupTargets",
        "20261121193604_RegistryDetails",
        "20261121231231_Notifications",
        "20261122024846_AlertFailure",
        "20261122025616_LogFiles",
        "20261122033027_LogRetention",
        "20261122055638_JobPolicies",
        "20261122102326_BackupsByJobs",
        "20261129042320_Rights",
    ];

    private static readonly string[] PostgresRegistry =
    [
        "20261121022751_Start",
        "20261121025506_CheckOrigin",
        "20261121110953_Drills",
        "20261121125914_BackupTargets",
        "20261121193824_RegistryDetails",
        "20261121231823_Notifications",
        "20261122025053_AlertFailure",
        "20261122025625_LogFiles",
        "20261122033222_LogRetention",
        "20261122055822_JobPolicies",
        "20261122102441_BackupsByJobs",
        "20261129042717_Rights",
    ];

    private static readonly string[] SqliteLogs = ["20261121022814_Start", "20261121234646_Searching", "20261122025630_LogFiles"];

    private static readonly string[] PostgresLogs = ["20261121022835_Start", "20261121234722_Searching", "20261122025636_LogFiles"];

    /// <summary>Those of a context, the oldest first.</summary>
    public static IReadOnlyList<string> Of(DbContext context) =>
        context switch
        {
            SqliteRegistryDbContext => SqliteRegistry,
            PostgresRegistryDbContext => PostgresRegistry,
            SqliteLogsDbContext => SqliteLogs,
            _ => PostgresLogs,
        };

    /// <summary>Whether the database of this context has all of them and nothing else, and so the schema of the start.</summary>
    public static bool AreAllIn(DbContext context, IEnumerable<string> applied) => applied.ToHashSet().SetEquals(Of(context));

    /// <exception cref="StartRefusedException">The database is neither new nor of a state from which this version goes on.</exception>
    public static void Require(DbContext context, IReadOnlyCollection<string> applied)
    {
        if (applied.Count == 0 || AreAllIn(context, applied) || applied.Intersect(context.Database.GetMigrations()).Any())
        {
            return;
        }

        var state = $"The schema of the {(context is LogsDbContext ? "logs" : "registry")} is at";
        throw new StartRefusedException(
            applied.Except(Of(context)).LastOrDefault() is { } unknown
                ? $"{state} {unknown}, which is newer than this version. Start the version that created it."
                : $"{state} {applied.Last()}, which this version can no longer upgrade. "
                    + $"First start the previous version once, which upgrades to {Of(context)[^1]}, then this one."
        );
    }

    /// <summary>Makes a database that has all of them one of the start: only the list of its migrations is another afterwards.</summary>
    /// <returns>The start.</returns>
    public static async Task<string> AdoptAsync(DbContext context, CancellationToken cancel)
    {
        var history = context.GetService<IHistoryRepository>();
        var start = context.Database.GetMigrations().First();
        var scripts = Of(context).Select(history.GetDeleteScript).Append(history.GetInsertScript(new(start, ProductInfo.GetVersion())));
        await using var transaction = await context.Database.BeginTransactionAsync(cancel);
        await context.Database.ExecuteSqlRawAsync(string.Concat(scripts), cancel);
        await transaction.CommitAsync(cancel);
        return start;
    }

    /// <summary>Why a backup of this schema, of whichever database, can't be restored any more; null where it is not too old.</summary>
    public static string? WhyNotRestored(string schema) =>
        SqliteRegistry.SkipLast(1).Contains(schema) || PostgresRegistry.SkipLast(1).Contains(schema)
            ? $"It contains a registry at {schema}, which this version can no longer upgrade. "
                + "Restore it with the previous version, start that once, then start this one."
            : null;
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>Makes databases what a console of before the one start left: the same schema, by the migrations of that time.</summary>
internal static class FormerConsole
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="registryLacks">So many of the newest are not in the registry.</param>
    /// <param name="logsLack">So many of the newest are not in the logs.</param>
    public static async Task LeaveAsync(TestRegistry registry, int registryLacks = 0, int logsLack = 0)
    {
        await using var context = registry.Open();
        await using var logs = OpenLogs(registry);
        await GoToStartAsync(registry, context);
        await ListAsync(context, FormerMigrations.Of(context).SkipLast(registryLacks));
        await ListAsync(logs, FormerMigrations.Of(logs).SkipLast(logsLack));
    }

    /// <summary>The migrations that both have by their lists: the registry's, then those of the logs.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(TestRegistry registry)
    {
        await using var context = registry.Open();
        await using var logs = OpenLogs(registry);
        return [.. await context.Database.GetAppliedMigrationsAsync(Cancel), .. await logs.Database.GetAppliedMigrationsAsync(Cancel)];
    }

    /// <summary>Puts these migrations in the place of all that the database has.</summary>
    public static async Task ListAsync(DbContext context, IEnumerable<string> migrations)
    {
        var history = context.GetService<IHistoryRepository>();
        var scripts = (await context.Database.GetAppliedMigrationsAsync(Cancel))
            .Select(history.GetDeleteScript)
            .Concat(migrations.Select(migration => history.GetInsertScript(new(migration, "10.0.14"))));
        await context.Database.ExecuteSqlRawAsync(string.Concat(scripts), Cancel);
    }

    /// <summary>Takes back what came after the start, without the migrator's backup.</summary>
    private static async Task GoToStartAsync(TestRegistry registry, RegistryDbContext context)
    {
        await (
            registry.Location.IsSqlite
                ? SqliteOutsideTriggers.DropAsync(context, Cancel)
                : PostgresOutsideTriggers.DropAsync(context, Cancel)
        );
        await context.GetService<IMigrator>().MigrateAsync(context.Database.GetMigrations().First(), Cancel);
    }

    private static LogsDbContext OpenLogs(TestRegistry registry) => registry.Services.GetRequiredService<LogsDbContext>();
}

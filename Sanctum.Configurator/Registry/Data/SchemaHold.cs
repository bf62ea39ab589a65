namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// A mark in the registry that its schema was left behind on purpose. It is a table without a row, beside EF's own, and no part of the model.
/// </summary>
internal static class SchemaHold
{
    private const string Table = "\"__SchemaHold\"";

    public static async Task SetAsync(RegistryDbContext registry, bool isHeld, CancellationToken cancel)
    {
        await registry.Database.ExecuteSqlRawAsync(
            isHeld ? $"CREATE TABLE IF NOT EXISTS {Table} (name text)" : $"DROP TABLE IF EXISTS {Table}",
            cancel
        );
    }

    /// <summary>Where this version has nothing to apply it is the one that the schema was left for: the mark goes.</summary>
    /// <exception cref="StartRefusedException">This version would take forwards what was taken back for an older one.</exception>
    public static async Task RequireNoneAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var sql = registry.Database.IsSqlite()
            ? "SELECT count(*) AS \"Value\" FROM sqlite_master WHERE name = '__SchemaHold'"
            : "SELECT count(*)::int AS \"Value\" FROM pg_tables WHERE tablename = '__SchemaHold' AND schemaname = current_schema()";
        if (await registry.Database.SqlQueryRaw<int>(sql).SingleAsync(cancel) == 0)
        {
            return;
        }

        if ((await registry.Database.GetPendingMigrationsAsync(cancel)).Any())
        {
            var at = (await registry.Database.GetAppliedMigrationsAsync(cancel)).LastOrDefault();
            throw new StartRefusedException(
                $"The schema was taken back to {at}, for an older version of the console, or left there by a single step. Start that version, or go forward with this one: migrate up"
            );
        }

        await SetAsync(registry, isHeld: false, cancel);
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.Data.Sqlite;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>A migration, and whether the database has it.</summary>
/// <param name="IsKnown">False for one that a newer version made, or that somebody put into the list.</param>
public sealed record MigrationState(string Database, string Name, bool IsApplied, bool IsKnown = true);

/// <summary>
/// Brings the databases to the schema of this version: one console at a time, after a backup where there is something to lose. If it
/// fails, the console does not start.
/// </summary>
internal sealed partial class RegistryMigrator(
    IServiceScopeFactory scopes,
    RegistryLocation location,
    PlaceOfDatabase place,
    MigrationBackups backups,
    TimeProvider clock,
    ILogger<RegistryMigrator> log
)
{
    /// <summary>So many of the backups that it makes are kept, the newest.</summary>
    public const int BackupsKept = 3;

    /// <summary>Applies whatever is pending, and makes the one row of settings where it is missing.</summary>
    /// <exception cref="StartRefusedException">It was left behind on purpose, for an older version.</exception>
    public Task MigrateAsync(CancellationToken cancel) => MigrateToAsync(null, isStart: true, cancel);

    /// <summary>
    /// Brings the registry to the named migration, forwards or backwards ("0" takes all back), and the logs to the newest.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no such migration.</exception>
    public Task MigrateToAsync(string? name, CancellationToken cancel) => MigrateToAsync(name, isStart: false, cancel);

    private async Task MigrateToAsync(string? name, bool isStart, CancellationToken cancel)
    {
        CreateFolders();
        await OrSayWhyAsync(
            async () =>
            {
                await MigrateBothAsync(name, isStart, cancel);
                place.Take();
            },
            cancel
        );
    }

    /// <summary>Does something about the schema.</summary>
    /// <exception cref="StartRefusedException">The database refused it.</exception>
    public async Task OrSayWhyAsync(Func<Task> act, CancellationToken cancel)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (BrokenRegistry.Find(e) is { } broken)
        {
            throw new StartRefusedException(BrokenRegistry.Sentence(location, broken), e);
        }
        catch (Exception e) when (e is not StartRefusedException and not OperationCanceledException && FailedMigration.Find(e) is { } why)
        {
            throw new StartRefusedException(FailedMigration.Sentence(why, location, await WhereAsync(cancel)), why);
        }
    }

    /// <summary>Where a migration that failed left the registry: each is done as a whole or not at all.</summary>
    private async Task<string> WhereAsync(CancellationToken cancel)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var registry = scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContext();
            return (await registry.Database.GetAppliedMigrationsAsync(cancel)).LastOrDefault() is { } at
                ? $"The registry is whole, and at {at}."
                : "";
        }
        catch (Exception e) when (FailedMigration.Find(e) is not null)
        {
            return ""; // What is said already is why.
        }
    }

    private async Task MigrateBothAsync(string? name, bool isStart, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContext();
        await using var logs = scope.ServiceProvider.GetRequiredService<LogsDbContext>();
        await using var turn = await TakeTurnAsync(cancel);
        if (location.IsSqlite)
        {
            BrokenRegistry.RequireThere(location);
            KeepPrivate();
            await SqliteFiles.UseWriteAheadLogAsync(registry, cancel);
        }

        if (isStart)
        {
            await SchemaHold.RequireNoneAsync(registry, cancel);
        }

        var target = name is null ? null : NameOf(registry, name);
        var applied = await AppliedAsync(registry, cancel);
        if (FormerMigrations.AreAllIn(registry, applied))
        {
            await RequireLogsAsync(logs, cancel);
            applied = await AdoptAsync("registry", registry, cancel);
        }

        RequireKnown(registry, applied, target);
        if (!IsAt(registry, applied, target))
        {
            await ChangeSchemaAsync(registry, applied, target, cancel);
            backups.DeleteOld();
        }

        await MigrateLogsAsync(logs, cancel);
        if (!(await registry.Database.GetPendingMigrationsAsync(cancel)).Any())
        {
            await InstallTriggersAsync(registry, cancel);
            await AddSettingsRowAsync(registry, cancel);
        }
    }

    /// <summary>Logs that are no database any more keep nobody from starting.</summary>
    private async Task MigrateLogsAsync(LogsDbContext logs, CancellationToken cancel)
    {
        try
        {
            await ChangeLogsAsync(logs, cancel);
        }
        catch (SqliteException e) when (BrokenLogs.IsBroken(e))
        {
            await logs.Database.CloseConnectionAsync();
            SqliteFiles.CloseKept(location.LogsFile);
            LogSetAside(e, location.LogsFile, BrokenLogs.SetAside(location, clock));
            await ChangeLogsAsync(logs, cancel);
        }
    }

    private async Task ChangeLogsAsync(LogsDbContext logs, CancellationToken cancel)
    {
        if (location.IsSqlite)
        {
            await SqliteFiles.UseWriteAheadLogAsync(logs, cancel);
        }

        var applied = await AppliedAsync(logs, cancel);
        if (FormerMigrations.AreAllIn(logs, applied))
        {
            applied = await AdoptAsync("logs", logs, cancel);
        }

        if (!IsAt(logs, applied, null))
        {
            await ClearAbandonedLockAsync(logs, cancel);
            await logs.Database.MigrateAsync(cancel);
        }
    }

    /// <summary>The migrations that a database has.</summary>
    /// <exception cref="StartRefusedException">They are of a state from which this version does not go on.</exception>
    private static async Task<IReadOnlyList<string>> AppliedAsync(DbContext context, CancellationToken cancel)
    {
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancel)).ToList();
        FormerMigrations.Require(context, applied);
        return applied;
    }

    /// <summary>
    /// Before the registry is adopted: who is sent back to the last version because of the logs must find a registry that it knows.
    /// </summary>
    private static async Task RequireLogsAsync(LogsDbContext logs, CancellationToken cancel)
    {
        try
        {
            await AppliedAsync(logs, cancel);
        }
        catch (SqliteException e) when (BrokenLogs.IsBroken(e))
        {
            // They are set aside when it is their turn.
        }
    }

    private async Task<IReadOnlyList<string>> AdoptAsync(string database, DbContext context, CancellationToken cancel)
    {
        var start = await FormerMigrations.AdoptAsync(context, cancel);
        LogAdopted(FormerMigrations.Of(context)[^1], database, start);
        return [start];
    }

    public async Task<IReadOnlyList<MigrationState>> StatusAsync(CancellationToken cancel)
    {
        CreateFolders();
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContext();
        await using var logs = scope.ServiceProvider.GetRequiredService<LogsDbContext>();
        return [.. await StatesAsync("registry", registry, cancel), .. await StatesAsync("logs", logs, cancel)];
    }

    private static async Task<IEnumerable<MigrationState>> StatesAsync(string name, DbContext context, CancellationToken cancel)
    {
        var (known, applied) = (context.Database.GetMigrations().ToList(), await context.Database.GetAppliedMigrationsAsync(cancel));
        var has = applied.ToHashSet();
        return
        [
            .. known.Select(migration => new MigrationState(name, migration, has.Contains(migration))),
            .. applied
                .Except(known)
                .Except(FormerMigrations.Of(context))
                .Select(migration => new MigrationState(name, migration, IsApplied: true, IsKnown: false)),
        ];
    }

    /// <summary>Of its steps back this version knows nothing, and would leave what they made behind.</summary>
    /// <exception cref="InvalidOperationException">The registry is to be taken to a migration, and has one that is not known.</exception>
    private static void RequireKnown(RegistryDbContext registry, IReadOnlyList<string> applied, string? target)
    {
        if (target is not null && applied.Except(registry.Database.GetMigrations()).LastOrDefault() is { } newer)
        {
            throw new InvalidOperationException(RefusalOfNewer(newer));
        }
    }

    public static string RefusalOfNewer(string newer) =>
        $"Nothing was changed, because the registry has {newer}, which this version does not know. Take that back first, with the version that created it.";

    /// <summary>The migration of this name, with or without its number, in whatever case; "0" stays what it is.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string NameOf(RegistryDbContext registry, string name)
    {
        var all = registry.Database.GetMigrations().ToList();
        var found = name == Migration.InitialDatabase ? name : all.Find(m => m == name) ?? all.Find(m => IsNamed(m, name));
        var near = found is null && NearestTo(name, all) is { } title ? $"Did you mean {title}? " : "";
        return found
            ?? throw new InvalidOperationException($"Unknown migration {name}. {near}Run `migrate status` to list all migrations.");
    }

    private static string? NearestTo(string name, List<string> all)
    {
        var titles = all.ToDictionary(m => TitleOf(m).ToUpperInvariant(), TitleOf);
        return NearestName.Find(name.ToUpperInvariant(), titles.Keys) is { } near ? titles[near] : null;
    }

    public static bool IsNamed(string migration, string name) =>
        migration.Equals(name, StringComparison.OrdinalIgnoreCase) || TitleOf(migration).Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string TitleOf(string migration) => migration[(migration.IndexOf('_', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether there is nothing to do to get to the named migration, or to the newest.</summary>
    private static bool IsAt(DbContext context, IReadOnlyList<string> applied, string? target) =>
        target is null
            ? !context.Database.GetMigrations().Except(applied).Any()
            : target == (applied is [.., var newest] ? newest : Migration.InitialDatabase);

    private async Task ChangeSchemaAsync(
        RegistryDbContext registry,
        IReadOnlyList<string> applied,
        string? target,
        CancellationToken cancel
    )
    {
        var backup = applied is [.., var last] ? await backups.MakeAsync(registry, last, cancel) : null;
        try
        {
            await (
                location.IsSqlite ? SqliteOutsideTriggers.DropAsync(registry, cancel) : PostgresOutsideTriggers.DropAsync(registry, cancel)
            );
            await ClearAbandonedLockAsync(registry, cancel);
            await registry.GetService<IMigrator>().MigrateAsync(target, cancel);
        }
        catch when (backup is not null)
        {
            backups.DeleteIfSame(backup);
            throw;
        }
    }

    private Task InstallTriggersAsync(RegistryDbContext registry, CancellationToken cancel) =>
        location.IsSqlite ? SqliteOutsideTriggers.InstallAsync(registry, cancel) : PostgresOutsideTriggers.InstallAsync(registry, cancel);

    private static async Task AddSettingsRowAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        if (!await registry.SystemConfig.AnyAsync(cancel))
        {
            registry.Add(new SystemConfig());
            await registry.SaveChangesAsync(cancel);
        }
    }

    /// <summary>
    /// EF Core keeps its lock as a row, which a console that was killed leaves behind and for which the next one would wait for ever. Who
    /// has the turn knows that no one else is migrating.
    /// </summary>
    private async Task ClearAbandonedLockAsync(DbContext context, CancellationToken cancel)
    {
        if (location.IsSqlite)
        {
            await context.Database.ExecuteSqlRawAsync(
                "CREATE TABLE IF NOT EXISTS \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL CONSTRAINT \"PK___EFMigrationsLock\" PRIMARY KEY, \"Timestamp\" TEXT NOT NULL)",
                cancel
            );
            await context.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsLock\"", cancel);
        }
    }

    private void CreateFolders()
    {
        try
        {
            foreach (var folder in new[] { location.DataDirectory, location.KeysFolder, location.BackupsFolder })
            {
                PrivateFiles.CreateFolder(folder);
                PrivateFiles.Close(folder);
                PrivateFiles.TryWriting(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"The console can't write in its data folder {location.DataDirectory}: {e.Message.TrimEnd('.')}. "
                    + "Make its user the owner of the folder, or set another folder in Sanctum__DataDirectory.",
                e
            );
        }
    }

    /// <summary>SQLite gives what it keeps beside a database the rights of the database itself.</summary>
    private void KeepPrivate()
    {
        PrivateFiles.Keep(location.RegistryFile);
        PrivateFiles.Keep(location.LogsFile);
        foreach (var file in Directory.EnumerateFiles(location.DataDirectory, "*.db*"))
        {
            PrivateFiles.Restrict(file);
        }
    }

    /// <summary>Waits until no other console migrates this database. The turn ends with the process at the latest.</summary>
    private async Task<IAsyncDisposable> TakeTurnAsync(CancellationToken cancel)
    {
        if (!location.IsSqlite)
        {
            return await PostgresTurn.TakeAsync(location.PostgresConnection!, cancel);
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), clock);
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(location.DataDirectory, "migrate.lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
            {
                LogWaiting();
                await timer.WaitForNextTickAsync(cancel);
            }
        }
    }

    [LoggerMessage(
        LogLevel.Critical,
        "The log database {File} was damaged. It was kept as {Aside} and replaced by a new one; other data is not affected"
    )]
    private partial void LogSetAside(Exception exception, string file, string aside);

    [LoggerMessage(
        LogLevel.Information,
        "{Migration} of the {Database} is called {Start} from now on. The schema and all rows are as they were, so no backup was made"
    )]
    private partial void LogAdopted(string migration, string database, string start);

    [LoggerMessage(LogLevel.Debug, "Another console is migrating this registry; waiting for it")]
    private partial void LogWaiting();
}

using System.Reflection;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// Copies of the registry in a SQLite file of their own, whichever database holds it: each as it was at one moment, taken while the
/// registry is in use. A copy can be opened, brought to this version's schema and read like the registry itself.
/// </summary>
public sealed class RegistrySnapshot(RegistryLocation location, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>
    /// Names the tables of a SQLite file, without SQLite's and EF's own, and without indexes of words, which are tables too, and what these
    /// do not know yet: PostgreSQL has none of them.
    /// </summary>
    internal const string TablesOfAFile = """
        SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
            AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\_\_%' ESCAPE '\' AND name NOT LIKE '%\_unindexed' ESCAPE '\' ORDER BY name
        """;

    private const int RowsAtOnce = 500;

    /// <summary>Holds the registry as it is now, without a copy.</summary>
    /// <returns>Null where only a copy can be had: on PostgreSQL, or where others use the file in a way that prevents it.</returns>
    internal SqlitePages? TryHold() => location.IsSqlite ? HeldPages.TryHold(location.RegistryFile) : null;

    /// <summary>Holds the logs as they are now; see <see cref="TryHold"/>.</summary>
    internal SqlitePages? TryHoldLogs() => location.IsSqlite ? HeldPages.TryHold(location.LogsFile) : null;

    /// <summary>Copies the registry.</summary>
    /// <param name="progress">Told how many bytes are copied, and of how many, where that is known.</param>
    /// <param name="alsoThen">Where the registry is in PostgreSQL: what else reads the same moment, by the name of its snapshot.</param>
    public async Task TakeAsync(string file, IProgress<BytesDone>? progress, CancellationToken cancel, Func<string, Task>? alsoThen = null)
    {
        if (location.IsSqlite)
        {
            await SqliteCopy.RunAsync(location.RegistryFile, file, progress, cancel);
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        await using var moment = await registry.BeginReadingAsync(cancel);
        await using var copy = Open(file);
        await copy.Database.MigrateAsync(cancel);
        await CopyRowsAsync(registry, copy, cancel);
        if (alsoThen is not null)
        {
            await alsoThen(await registry.Database.SqlQueryRaw<string>("SELECT pg_export_snapshot() AS \"Value\"").SingleAsync(cancel));
        }
    }

    /// <summary>Copies the logs.</summary>
    public async Task TakeLogsAsync(string file, IProgress<BytesDone>? progress, CancellationToken cancel)
    {
        if (location.IsSqlite)
        {
            await SqliteCopy.RunAsync(location.LogsFile, file, progress, cancel);
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        await using var logs = scope.ServiceProvider.GetRequiredService<LogsDbContext>();
        await using var copy = new SqliteLogsDbContext(
            new DbContextOptionsBuilder<SqliteLogsDbContext>().UseSqlite(ConnectionTo(file)).Options
        );
        await copy.Database.MigrateAsync(cancel);
        await CopyRowsAsync(logs, copy, cancel);
    }

    /// <summary>
    /// A copy of the registry. Foreign keys are not enforced in it, so that its tables can be filled and emptied in any order.
    /// </summary>
    public RegistryDbContext Open(string file) =>
        new SqliteRegistryDbContext(
            new DbContextOptionsBuilder<SqliteRegistryDbContext>()
                .UseSqlite(ConnectionTo(file))
                .ConfigureWarnings(warnings =>
                    warnings.Ignore(Microsoft.EntityFrameworkCore.Diagnostics.RelationalEventId.ModelValidationKeyDefaultValueWarning)
                )
                .Options
        ).For(Actor.Console, clock, trial: null);

    /// <summary>Brings a copy to the schema of this version.</summary>
    /// <exception cref="InvalidOperationException">It is too old for this version, or has migrations that this version does not
    /// know.</exception>
    public async Task MigrateAsync(string file, CancellationToken cancel)
    {
        await using var copy = Open(file);
        var applied = (await copy.Database.GetAppliedMigrationsAsync(cancel)).ToList();
        if (FormerMigrations.AreAllIn(copy, applied))
        {
            await FormerMigrations.AdoptAsync(copy, cancel);
        }
        else if (FormerMigrations.WhyNotRestored(applied.LastOrDefault() ?? "") is { } why)
        {
            throw new InvalidOperationException(why);
        }
        else if (applied.Except(copy.Database.GetMigrations()).FirstOrDefault() is { } newer)
        {
            throw new InvalidOperationException($"It has the migration {newer} of a newer console. Update this console first.");
        }

        await SqliteOutsideTriggers.DropAsync(copy, cancel);
        await copy.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancel);
        await copy.Database.MigrateAsync(cancel);
    }

    /// <summary>Each table of a SQLite file with its count of rows; SQLite's and EF's own are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CountAsync(string file, CancellationToken cancel)
    {
        await using var connection = new SqliteConnection(ConnectionTo(file));
        await connection.OpenAsync(cancel);
        var tables = await ReadAsync(connection, TablesOfAFile, cancel);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            counts[table] = long.Parse(
                (await ReadAsync(connection, $"SELECT count(*) FROM \"{table}\"", cancel)).Single(),
                CultureInfo.InvariantCulture
            );
        }

        return counts;
    }

    /// <summary>What SQLite itself finds wrong with a file; empty where all is well.</summary>
    public static async Task<IReadOnlyList<string>> CheckAsync(string file, CancellationToken cancel)
    {
        await using var connection = new SqliteConnection(ConnectionTo(file));
        await connection.OpenAsync(cancel);
        var found = await ReadAsync(connection, "PRAGMA integrity_check", cancel);
        var orphans = await ReadAsync(connection, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_check", cancel);
        return
        [
            .. found.Where(line => line != "ok"),
            .. orphans.Select(table => $"{table} has rows that refer to rows that are not there"),
        ];
    }

    /// <summary>
    /// Takes out of a copy all that was not set by somebody: history, sessions, checks, runs, notices, messages and conversations. People stay,
    /// with what was set for them.
    /// </summary>
    public static async Task KeepConfigurationAsync(string file, CancellationToken cancel)
    {
        await using var connection = new SqliteConnection(ConnectionTo(file));
        await connection.OpenAsync(cancel);
        // Without files beside the copy: a disk that is full is then called full. A copy that fails halfway is thrown away.
        await ReadAsync(connection, "PRAGMA locking_mode = EXCLUSIVE", cancel);
        await ReadAsync(connection, "PRAGMA journal_mode = OFF", cancel);
        var words = await ReadAsync(connection, $"SELECT sql FROM {Triggers} AND name LIKE '%\\_words\\_%' ESCAPE '\\'", cancel);
        foreach (var trigger in await ReadAsync(connection, $"SELECT name FROM {Triggers}", cancel))
        {
            await ReadAsync(connection, $"DROP TRIGGER \"{trigger}\"", cancel);
        }

        foreach (var table in Happenings)
        {
            await ReadAsync(connection, $"DELETE FROM \"{table}\"", cancel);
        }

        // The indexes of words are emptied at once, and not word by word; they are needed where the copy becomes a registry again.
        foreach (var index in Words)
        {
            await ReadAsync(connection, $"INSERT INTO {index}({index}) VALUES ('delete-all')", cancel);
        }

        foreach (var trigger in words)
        {
            await ReadAsync(connection, trigger, cancel);
        }

        await ReadAsync(connection, "UPDATE change_history_head SET length = 0, hash = ''", cancel);
        await ReadAsync(connection, "VACUUM", cancel);
    }

    /// <summary>Takes the sessions out of a copy: nobody is signed in again by restoring it.</summary>
    public static async Task EndSessionsAsync(string file, CancellationToken cancel)
    {
        await using var connection = new SqliteConnection(ConnectionTo(file));
        await connection.OpenAsync(cancel);
        await ReadAsync(connection, "DELETE FROM user_sessions", cancel);
    }

    /// <summary>The tables of what happened, in contrast to what was set.</summary>
    private static readonly string[] Happenings =
    [
        "change_history",
        "user_sessions",
        "connection_checks",
        "connection_rollups",
        "job_runs",
        "notification_deliveries",
        "notifications",
        "backup_copies",
        "queue_act_rows",
        "queue_acts",
        "queue_attempts",
        "outbox",
        "queue",
        "messages",
        "messages_unindexed",
        "broca_orphans",
        "conversation_prompts",
        "memory_extractions",
        "memory_vectors",
        "memory_sources",
        "memory_long_term",
        "memory_tombstones",
        "generated_code",
        "conversation_pieces",
        "conversation_runs",
        "conversation_messages",
        "conversations",
    ];

    private static readonly string[] Words = ["messages_words", "conversation_words", "memory_words", "code_words"];

    private const string Triggers = "sqlite_master WHERE type = 'trigger'";

    private static string ConnectionTo(string file) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = file,
            ForeignKeys = false,
            Pooling = false,
        }.ConnectionString;

    private static async Task<IReadOnlyList<string>> ReadAsync(SqliteConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var lines = new List<string>();
        while (await reader.ReadAsync(cancel))
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }

    private static async Task CopyRowsAsync(DbContext from, DbContext to, CancellationToken cancel)
    {
        foreach (var type in from.Model.GetEntityTypes().Select(entity => entity.ClrType))
        {
            await (Task)CopyTable.MakeGenericMethod(type).Invoke(null, [from, to, cancel])!;
        }
    }

    private static readonly MethodInfo CopyTable = typeof(RegistrySnapshot).GetMethod(
        nameof(CopyTableAsync),
        BindingFlags.NonPublic | BindingFlags.Static
    )!;

    private static async Task CopyTableAsync<T>(DbContext from, DbContext to, CancellationToken cancel)
        where T : class
    {
        // Rows that the migrations made stand in the others' way.
        await to.Set<T>().ExecuteDeleteAsync(cancel);
        var waiting = 0;
        await foreach (var row in from.Set<T>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancel))
        {
            to.Add(row);
            if (++waiting % RowsAtOnce == 0)
            {
                await SaveAsync(to, cancel);
            }
        }

        await SaveAsync(to, cancel);
    }

    private static async Task SaveAsync(DbContext to, CancellationToken cancel)
    {
        await (to is RegistryDbContext registry ? registry.SaveWithoutHistoryAsync(cancel) : to.SaveChangesAsync(cancel));
        to.ChangeTracker.Clear();
    }
}

using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>
/// Triggers that notice the writes of other programs: they raise the row's version, so that an open form learns of it, and record the
/// change. The console's own writes are told apart by a row in <see cref="WriterTable"/> that exists only inside its transactions.
/// </summary>
internal static class SqliteOutsideTriggers
{
    public const string WriterTable = "console_writer";

    private const string Prefix = "outside_";

    /// <summary>
    /// Takes the triggers away, so that a migration may rename or drop what they mention. All in one commit: each waits for the disk.
    /// </summary>
    public static async Task DropAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        await using var transaction = await registry.Database.BeginTransactionAsync(cancel);
        await DropInsideAsync(registry, cancel);
        await transaction.CommitAsync(cancel);
    }

    private static async Task DropInsideAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        foreach (var name in (await InstalledAsync(registry, cancel)).Keys)
        {
            await ExecuteAsync(registry, $"DROP TRIGGER \"{name}\"", cancel);
        }
    }

    /// <summary>Makes the triggers anew from the model where they differ from it, so that they know every column.</summary>
    public static async Task InstallAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var entities = registry.Model.GetEntityTypes().ToList();
        var wanted = entities
            .Where(e => e.KeepsHistory())
            .SelectMany(TriggersOf)
            .Concat(entities.SelectMany(TimesOf))
            .Concat(entities.SelectMany(SqliteIdTriggers.Of).Select(t => Make(t.When, t.Name, t.And, t.Body)))
            .ToDictionary(t => t.Name, t => t.Sql);
        var installed = await InstalledAsync(registry, cancel);
        if (installed.Count == wanted.Count && wanted.All(t => installed.GetValueOrDefault(t.Key) == t.Value))
        {
            return;
        }

        await using var transaction = await registry.Database.BeginTransactionAsync(cancel);
        await DropInsideAsync(registry, cancel);
        await registry.Database.ExecuteSqlRawAsync($"CREATE TABLE IF NOT EXISTS {WriterTable} (id INTEGER PRIMARY KEY)", cancel);
        foreach (var entity in entities.Where(e => TimeColumnsOf(e).Count > 0))
        {
            await ExecuteAsync(registry, $"{FitTimes(entity)} WHERE {AreOdd(TimeColumnsOf(entity), "")}", cancel);
        }

        // Rows that refer to each other change one after the other.
        await registry.Database.ExecuteSqlRawAsync("PRAGMA defer_foreign_keys = ON", cancel);
        foreach (var entity in entities.Where(SqliteIdTriggers.AreIn))
        {
            await ExecuteAsync(registry, SqliteIdTriggers.FitAll(entity), cancel);
        }

        foreach (var sql in wanted.Values)
        {
            await ExecuteAsync(registry, sql, cancel);
        }

        await transaction.CommitAsync(cancel);
    }

    private static async Task<Dictionary<string, string>> InstalledAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        // Not a query of EF's, which would compile one at every start.
        await registry.Database.OpenConnectionAsync(cancel);
        await using var command = registry.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{Prefix}%'";
        command.Transaction = registry.Database.CurrentTransaction?.GetDbTransaction();
        var installed = new Dictionary<string, string>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            installed.Add(reader.GetString(0), reader.GetString(1));
        }

        return installed;
    }

    private static IEnumerable<Trigger> TriggersOf(IEntityType entity)
    {
        var table = entity.GetTableName()!;
        var columns = entity.GetProperties().Where(p => p.IsInHistory()).ToList();
        var version = entity.FindProperty(nameof(IVersioned.Version))!.GetColumnName();
        var watched = string.Join(", ", columns.Select(c => $"\"{c.GetColumnName()}\""));
        var touch =
            $"UPDATE \"{table}\" SET \"{version}\" = OLD.\"{version}\" + 1, updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE id = NEW.id AND \"{version}\" = OLD.\"{version}\";";

        yield return Make(
            $"INSERT ON \"{table}\"",
            $"{table}_insert",
            "",
            RaiseReplaced(table, version)
                + Record(table, "insert", "NEW", "NULL", Json(columns, "NEW", null), IdOf(entity))
                + FillIdentity(entity)
        );
        yield return Make(
            $"UPDATE OF {watched} ON \"{table}\"",
            $"{table}_update",
            $" AND ({Differs(columns)})",
            touch + Record(table, "update", "NEW", Json(columns, "OLD", null), Json(columns, "NEW", "OLD"), IdOf(entity))
        );
        yield return Make(
            $"DELETE ON \"{table}\"",
            $"{table}_delete",
            "",
            Record(table, "delete", "OLD", Json(columns, "OLD", null), "NULL")
        );
        if (entity.ClrType == typeof(User))
        {
            yield return Make(
                "UPDATE OF username, email ON users",
                "users_identity",
                " AND (OLD.username IS NOT NEW.username OR OLD.email IS NOT NEW.email)",
                NormalizeNames
            );
        }
        else if (entity.ClrType == typeof(ScheduledJob))
        {
            // Nobody answers for what another program wrote, whoever answered for the job before.
            const string Disown = "UPDATE scheduled_jobs SET runs_as = NULL WHERE id = NEW.id AND runs_as IS NOT NULL;";
            yield return Make("INSERT ON scheduled_jobs", "jobs_insert_answer", "", Disown);
            yield return Make(
                "UPDATE OF action, tool_instance_id, arguments, runs_as ON scheduled_jobs",
                "jobs_update_answer",
                " AND (OLD.action IS NOT NEW.action OR OLD.tool_instance_id IS NOT NEW.tool_instance_id OR OLD.arguments IS NOT NEW.arguments OR OLD.runs_as IS NOT NEW.runs_as)",
                Disown
            );
        }
        else if (entity.ClrType == typeof(LlmConfig))
        {
            // The one that is made active takes the place of the one that was.
            const string Replace = "UPDATE llm_config SET active = 0 WHERE active AND user_id IS NEW.user_id AND id IS NOT NEW.id;";
            yield return Make("INSERT ON llm_config", "llm_config_active_insert", " AND NEW.active", Replace, "BEFORE");
            yield return Make(
                "UPDATE OF active, user_id ON llm_config",
                "llm_config_active_update",
                " AND NEW.active AND (NOT OLD.active OR OLD.user_id IS NOT NEW.user_id)",
                Replace,
                "BEFORE"
            );
        }
    }

    /// <summary>
    /// REPLACE deletes a row without a trigger and inserts it anew. Its version goes on from the recorded changes, of which each raised it
    /// by one at most, so that a form that was open on the old row learns of it.
    /// </summary>
    private static string RaiseReplaced(string table, string version) =>
        $"UPDATE \"{table}\" SET \"{version}\" = MAX(\"{version}\", 1 + (SELECT count(*) FROM change_history WHERE table_name = '{table}' AND row_id = CAST(NEW.id AS TEXT))) WHERE id = NEW.id;";

    /// <summary>
    /// Times that another program wrote get the shape that sorts, so that all of them compare alike. It is no change of anything.
    /// </summary>
    private static IEnumerable<Trigger> TimesOf(IEntityType entity)
    {
        if (TimeColumnsOf(entity) is { Count: > 0 } columns)
        {
            var table = entity.GetTableName()!;
            var body =
                $"INSERT OR IGNORE INTO {WriterTable} (id) VALUES (1); {FitTimes(entity)} WHERE rowid = NEW.rowid; DELETE FROM {WriterTable};";
            yield return Make($"INSERT ON \"{table}\"", $"{table}_times_insert", $" AND ({AreOdd(columns, "NEW.")})", body);
            yield return Make(
                $"UPDATE OF {string.Join(", ", columns)} ON \"{table}\"",
                $"{table}_times_update",
                $" AND ({AreOdd(columns, "NEW.")})",
                body
            );
        }
    }

    /// <summary>
    /// Of the tables that other programs write. Each trigger is read anew with each connection, so there are no more than it takes.
    /// </summary>
    private static List<string> TimeColumnsOf(IEntityType entity) =>
        !entity.KeepsHistory() && entity.ClrType != typeof(Notification)
            ? []
            :
            [
                .. entity
                    .GetProperties()
                    .Where(p => (Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType) == typeof(DateTimeOffset))
                    .Select(p => $"\"{p.GetColumnName()}\""),
            ];

    private static string AreOdd(IEnumerable<string> columns, string row) =>
        string.Join(" OR ", columns.Select(column => UtcSql.IsOdd($"{row}{column}")));

    private static string FitTimes(IEntityType entity) =>
        $"UPDATE \"{entity.GetTableName()}\" SET {string.Join(", ", TimeColumnsOf(entity).Select(column => $"{column} = CASE WHEN {UtcSql.IsOdd(column)} THEN coalesce({UtcSql.Fit(column)}, {column}) ELSE {column} END"))}";

    private static Trigger Make(string when, string name, string and, string body, string moment = "AFTER") =>
        new(
            Prefix + name,
            $"CREATE TRIGGER {Prefix}{name} {moment} {when} WHEN NOT EXISTS (SELECT 1 FROM {WriterTable}){and} BEGIN {body} END"
        );

    /// <param name="id">The row's, of which tables with UUIDs have one in the usual shape.</param>
    private static string Record(string table, string act, string row, string before, string after, string? id = null) =>
        "INSERT INTO change_history (changed_at, actor, place, act, table_name, row_id, before, after) VALUES "
        + $"(strftime('%Y-%m-%d %H:%M:%f', 'now'), '{Actor.OutsideName}', 'database', '{act}', '{table}', {id ?? $"CAST({row}.id AS TEXT)"}, {before}, {after});";

    private static string? IdOf(IEntityType entity) => SqliteIdTriggers.AreIn(entity) ? UuidSql.Fit("NEW.id") : null;

    private static string Differs(IEnumerable<IProperty> columns) =>
        string.Join(" OR ", columns.Select(c => $"OLD.\"{c.GetColumnName()}\" IS NOT NEW.\"{c.GetColumnName()}\""));

    /// <summary>The row as a JSON object. Secrets appear as set or, against <paramref name="other"/>, as changed.</summary>
    private static string Json(IEnumerable<IProperty> columns, string row, string? other)
    {
        var json = new StringBuilder("json_object(");
        json.AppendJoin(
            ", ",
            columns.OrderBy(c => c.GetColumnName(), StringComparer.Ordinal).Select(c => $"'{c.GetColumnName()}', {Value(c, row, other)}")
        );
        return json.Append(')').ToString();
    }

    private static string Value(IProperty property, string row, string? other)
    {
        var column = $"{row}.\"{property.GetColumnName()}\"";
        var changed = other is null
            ? ""
            : $" WHEN {other}.\"{property.GetColumnName()}\" IS NOT {column} AND COALESCE({other}.\"{property.GetColumnName()}\", '') <> '' THEN 'changed'";
        var mask = $"CASE WHEN COALESCE({column}, '') = '' THEN NULL{changed} ELSE 'set' END";
        return property.IsSecret() ? mask
            : property.SecretFlag() is { } flag ? $"CASE WHEN {row}.\"{flag.GetColumnName()}\" THEN {mask} ELSE {column} END"
            : (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(bool)
                ? $"json(CASE WHEN {column} IS NULL THEN 'null' WHEN {column} THEN 'true' ELSE 'false' END)"
            : column;
    }

    private const string NormalizeNames =
        "UPDATE users SET normalized_username = CASE WHEN OLD.normalized_username IS NEW.normalized_username THEN upper(NEW.username) ELSE NEW.normalized_username END, "
        + "normalized_email = CASE WHEN OLD.normalized_email IS NEW.normalized_email THEN upper(NEW.email) ELSE NEW.normalized_email END WHERE id = NEW.id;";

    /// <summary>A user that another program added can sign in only with the normalized names and stamps that Identity looks for.</summary>
    private static string FillIdentity(IEntityType entity) =>
        entity.ClrType != typeof(User)
            ? ""
            : "UPDATE users SET normalized_username = COALESCE(normalized_username, upper(username)), normalized_email = COALESCE(normalized_email, upper(email)), "
                + "security_stamp = COALESCE(security_stamp, lower(hex(randomblob(16)))) WHERE id = NEW.id;";

    /// <summary>Braces are literal here, not places for parameters.</summary>
    private static Task<int> ExecuteAsync(RegistryDbContext registry, string sql, CancellationToken cancel) =>
        registry.Database.ExecuteSqlRawAsync(
            sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal),
            cancel
        );

    private sealed record Trigger(string Name, string Sql);
}

using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.GeneratedCode;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Preferences;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>
/// Gives the UUIDs that other programs write the one shape by which rows are found, in the tables of seed 004, and refuses what is none: as
/// PostgreSQL does of itself.
/// </summary>
internal static class SqliteIdTriggers
{
    /// <summary>The tables, and which of their columns the index of words has, where there is one.</summary>
    private static readonly Dictionary<Type, (string Index, string Columns)?> Tables = new()
    {
        [typeof(Conversation)] = null,
        [typeof(ConversationMessage)] = ("conversation_words", "content"),
        [typeof(Memory)] = ("memory_words", "content"),
        [typeof(CodeBlock)] = ("code_words", "component_name, prompt, code"),
        [typeof(UserPreferences)] = null,
    };

    public static bool AreIn(IReadOnlyTypeBase entity) => Tables.ContainsKey(entity.ClrType);

    /// <summary>When they fire, their names, their conditions, and what they do.</summary>
    public static IEnumerable<(string When, string Name, string And, string Body)> Of(IEntityType entity)
    {
        if (!AreIn(entity))
        {
            yield break;
        }

        var (table, columns) = (entity.GetTableName()!, ColumnsOf(entity));
        var isOdd = $" AND ({string.Join(" OR ", columns.Select(column => UuidSql.IsOdd($"NEW.{column}")))})";
        var refuse =
            $"SELECT RAISE(ABORT, '{table} takes UUIDs only in {string.Join(", ", columns)}') WHERE {string.Join(" OR ", columns.Select(column => UuidSql.IsNone($"NEW.{column}")))};";
        var fit = $"{Fit(entity)} WHERE rowid = NEW.rowid;";
        yield return ($"INSERT ON \"{table}\"", $"{table}_ids_insert", isOdd, refuse + Quietly(fit + Index(entity)));
        yield return ($"UPDATE OF {string.Join(", ", columns)} ON \"{table}\"", $"{table}_ids_update", isOdd, refuse + Quietly(fit));
    }

    /// <summary>The statement for rows that were there before the triggers. What is no UUID, and what there is twice, stays.</summary>
    public static string FitAll(IEntityType entity) =>
        $"{Fit(entity).Replace("UPDATE ", "UPDATE OR IGNORE ", StringComparison.Ordinal)} WHERE {string.Join(" OR ", ColumnsOf(entity).Select(UuidSql.IsOdd))}";

    private static string Fit(IEntityType entity) =>
        $"UPDATE \"{entity.GetTableName()}\" SET {string.Join(", ", ColumnsOf(entity).Select(column => $"{column} = {UuidSql.Fit(column)}"))}";

    /// <summary>
    /// The trigger that takes a new row into the index of words looks for it by its id, which may be another one by then: SQLite says not
    /// which of the two is first.
    /// </summary>
    private static string Index(IEntityType entity)
    {
        if (Tables[entity.ClrType] is not { } words)
        {
            return "";
        }

        var (table, next) = (entity.GetTableName(), $"(SELECT coalesce(max(search_id), 0) + 1 FROM {entity.GetTableName()})");
        return $"INSERT INTO {words.Index}(rowid, {words.Columns}) SELECT {next}, {words.Columns} FROM {table} WHERE rowid = NEW.rowid AND search_id IS NULL;"
            + $"UPDATE {table} SET search_id = {next} WHERE rowid = NEW.rowid AND search_id IS NULL;";
    }

    /// <summary>It is no change of anything, and nobody is told of one.</summary>
    private static string Quietly(string body) =>
        $"INSERT OR IGNORE INTO {SqliteOutsideTriggers.WriterTable} (id) VALUES (1); {body} DELETE FROM {SqliteOutsideTriggers.WriterTable};";

    private static List<string> ColumnsOf(IEntityType entity) =>
        [
            .. entity
                .GetProperties()
                .Where(p => (Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType) == typeof(Guid))
                .Select(p => $"\"{p.GetColumnName()}\""),
        ];
}

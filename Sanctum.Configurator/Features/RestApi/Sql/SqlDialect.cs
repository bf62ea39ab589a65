using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>JSON as a value of a statement.</summary>
internal readonly record struct JsonParameter(string Text);

/// <summary>Where SQLite and PostgreSQL differ. Texts of callers are parameters, always; names are the model's.</summary>
internal abstract class SqlDialect
{
    public static readonly SqlDialect Sqlite = new SqliteWords(formatsTimes: true);

    /// <summary>Whose times are formatted by whoever reads the rows (<see cref="TimeBytes"/>), in a tenth of the time.</summary>
    public static readonly SqlDialect SqliteRows = new SqliteWords(formatsTimes: false);

    public static readonly SqlDialect Postgres = new PostgresWords();

    public static string Quote(string name) => $"\"{name}\"";

    public abstract DbParameter Parameter(string name, object? value);

    /// <summary>A time as JSON has it.</summary>
    public abstract string Time(string expression);

    /// <summary>A column of an answer.</summary>
    public virtual string Shown(string expression, RestKind kind) => kind == RestKind.Time ? Time(expression) : expression;

    /// <summary>The order of rows that are alike in all else, so that pages are stable.</summary>
    public abstract string Tie(string alias, RestTable table, bool isDescending);

    /// <summary>Whether a page is read by <see cref="PageByIndex"/>.</summary>
    public virtual bool PagesByIndex => false;

    /// <summary>A value inside JSON that the database makes.</summary>
    public abstract string InJson(string expression, RestKind kind);

    public abstract string JsonObject(IEnumerable<(string Name, string Value)> members);

    /// <param name="rows">A statement whose one column "j" is an object.</param>
    public abstract string JsonArray(string rows);

    /// <summary>A place in JSON, as JSON or as text.</summary>
    public abstract string JsonPlace(string column, IReadOnlyList<PathStep> path, SqlText sql);

    /// <summary>Compares JSON by =, &lt;&gt;, &lt; and so on.</summary>
    public abstract string CompareJson(string expression, string word, JsonParameter value, SqlText sql);

    /// <summary>By cs, cd and ov.</summary>
    public abstract string Contains(string expression, string word, JsonParameter value, SqlText sql);

    public abstract string Like(string expression, string pattern, bool ignoresCase, SqlText sql);

    public abstract string Matches(string expression, string pattern, bool ignoresCase, SqlText sql);

    public abstract string IsDistinct(string expression, string value);

    public abstract string Cast(string expression, string type);

    /// <summary>What keeps others from changing rows that are about to be written.</summary>
    public abstract string ForUpdate { get; }

    private sealed class SqliteWords(bool formatsTimes) : SqlDialect
    {
        public override bool PagesByIndex => true;

        public override string Shown(string expression, RestKind kind) => formatsTimes ? base.Shown(expression, kind) : expression;

        /// <summary>As they were added: each index ends with it, so that it sorts nothing.</summary>
        public override string Tie(string alias, RestTable table, bool isDescending) => $"{alias}.rowid{(isDescending ? " DESC" : "")}";

        public override string ForUpdate => "";

        public override DbParameter Parameter(string name, object? value) =>
            new SqliteParameter(
                name,
                value switch
                {
                    null => DBNull.Value,
                    Guid id => GuidTextConverter.Of(id),
                    DateTimeOffset time => UtcText.Of(time),
                    DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    JsonParameter json => json.Text,
                    _ => value,
                }
            );

        public override string Time(string expression) => $"coalesce(strftime('%Y-%m-%dT%H:%M:%f+00:00', {expression}), {expression})";

        public override string InJson(string expression, RestKind kind) =>
            kind switch
            {
                RestKind.Boolean => $"json(CASE WHEN {expression} IS NULL THEN NULL WHEN {expression} THEN 'true' ELSE 'false' END)",
                RestKind.Json => $"json({expression})",
                RestKind.Time => Time(expression),
                _ => expression,
            };

        public override string JsonObject(IEnumerable<(string Name, string Value)> members) =>
            $"json_object({string.Join(", ", members.Select(member => $"{member.Name}, {member.Value}"))})";

        public override string JsonArray(string rows) => $"(SELECT json_group_array(json(j)) FROM ({rows}))";

        public override string JsonPlace(string column, IReadOnlyList<PathStep> path, SqlText sql)
        {
            if (path.Any(step => step.Key.Contains('"', StringComparison.Ordinal)))
            {
                throw RestFault.NotSupported("A key with a double quote can't be asked for.", "Read the whole column.");
            }

            var place = sql.Add(
                "$"
                    + string.Concat(
                        path.Select(step =>
                            !step.IsIndex ? $".\"{step.Key}\""
                            : step.Key[0] == '-' ? $"[#{step.Key}]"
                            : $"[{step.Key}]"
                        )
                    )
            );
            return path[^1].IsText
                ? $"(CASE json_type({column}, {place}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(json_extract({column}, {place}) AS TEXT) END)"
                : $"({column} -> {place})";
        }

        public override string CompareJson(string expression, string word, JsonParameter value, SqlText sql) =>
            word switch
            {
                "=" => $"rest_json_equals({expression}, {sql.Add(value)})",
                "<>" => $"(NOT rest_json_equals({expression}, {sql.Add(value)}))",
                _ => $"(json_extract({expression}, '$') {word} json_extract({sql.Add(value)}, '$'))",
            };

        public override string Contains(string expression, string word, JsonParameter value, SqlText sql) =>
            word switch
            {
                "cs" => $"rest_json_contains({expression}, {sql.Add(value)})",
                "cd" => $"rest_json_contains({sql.Add(value)}, {expression})",
                _ => $"rest_json_overlaps({expression}, {sql.Add(value)})",
            };

        /// <summary>LIKE takes capitals and small letters for the same there, GLOB does not.</summary>
        public override string Like(string expression, string pattern, bool ignoresCase, SqlText sql) =>
            ignoresCase ? $"rest_ilike({expression}, {sql.Add(pattern)})" : $"({expression} GLOB {sql.Add(LikePattern.ToGlob(pattern))})";

        public override string Matches(string expression, string pattern, bool ignoresCase, SqlText sql)
        {
            SqliteFunctions.Compile(pattern, ignoresCase);
            return $"rest_match({expression}, {sql.Add(pattern)}, {(ignoresCase ? 1 : 0)})";
        }

        public override string IsDistinct(string expression, string value) => $"({expression} IS NOT {value})";

        public override string Cast(string expression, string type) =>
            type switch
            {
                "text" => $"CAST({expression} AS TEXT)",
                "float8" => $"rest_number({expression})",
                _ => $"rest_integer({expression})",
            };
    }

    private sealed class PostgresWords : SqlDialect
    {
        public override string ForUpdate => " FOR UPDATE";

        public override string Shown(string expression, RestKind kind) =>
            kind == RestKind.Date ? $"to_char({expression}, 'YYYY-MM-DD')" : base.Shown(expression, kind);

        public override string Tie(string alias, RestTable table, bool isDescending) =>
            string.Join(", ", table.Keys.Select(key => $"{alias}.{Quote(key)}{(isDescending ? " DESC" : "")}"));

        public override DbParameter Parameter(string name, object? value) =>
            value switch
            {
                JsonParameter json => new NpgsqlParameter(name, NpgsqlDbType.Jsonb) { Value = json.Text },
                DateTimeOffset time => new NpgsqlParameter(name, NpgsqlDbType.TimestampTz) { Value = time.UtcDateTime },
                _ => new NpgsqlParameter(name, value ?? DBNull.Value),
            };

        public override string Time(string expression) =>
            $"to_char({expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')";

        public override string InJson(string expression, RestKind kind) => kind == RestKind.Time ? Time(expression) : expression;

        public override string JsonObject(IEnumerable<(string Name, string Value)> members) =>
            $"json_build_object({string.Join(", ", members.Select(member => $"{member.Name}::text, {member.Value}"))})";

        public override string JsonArray(string rows) => $"(SELECT coalesce(json_agg(s.j), '[]'::json) FROM ({rows}) AS s)";

        public override string JsonPlace(string column, IReadOnlyList<PathStep> path, SqlText sql) =>
            $"({column} {(path[^1].IsText ? "#>>" : "#>")} {sql.Add(path.Select(step => step.Key).ToArray())})";

        public override string CompareJson(string expression, string word, JsonParameter value, SqlText sql) =>
            $"({expression} {word} {sql.Add(value)})";

        public override string Contains(string expression, string word, JsonParameter value, SqlText sql) =>
            word switch
            {
                "cs" => $"({expression} @> {sql.Add(value)})",
                "cd" => $"({expression} <@ {sql.Add(value)})",
                _ =>
                    $"(SELECT bool_or(e.value IN (SELECT jsonb_array_elements(CASE jsonb_typeof({expression}) WHEN 'array' THEN {expression} ELSE '[]'::jsonb END))) FROM jsonb_array_elements({sql.Add(value)}) AS e)",
            };

        public override string Like(string expression, string pattern, bool ignoresCase, SqlText sql) =>
            $"({expression} {(ignoresCase ? "ILIKE" : "LIKE")} {sql.Add(pattern)})";

        public override string Matches(string expression, string pattern, bool ignoresCase, SqlText sql) =>
            $"({expression} {(ignoresCase ? "~*" : "~")} {sql.Add(pattern)})";

        public override string IsDistinct(string expression, string value) => $"({expression} IS DISTINCT FROM {value})";

        public override string Cast(string expression, string type) =>
            $"CAST({expression} AS {(type == "float8" ? "double precision" : type == "text" ? "text" : "bigint")})";
    }
}

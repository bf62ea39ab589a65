namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>
/// What is derived from the lines: sums per minute and hour, patterns, and on SQLite the words. All of it can be made again.
/// </summary>
internal static class LogIndexTables
{
    /// <summary>Lines whose words share one table, which goes as a whole when all of them are gone.</summary>
    public const long LinesPerPart = 1_000_000;

    private static readonly string[] Names =
    [
        "log_minutes",
        "log_hours",
        "log_source_minutes",
        "log_source_hours",
        "log_patterns",
        "log_pattern_hours",
        "log_index",
    ];

    private static string Tables(string schema, string end) =>
        $"""
            {Sums(schema, end, "log_minutes", "minute", "source_id")}
            {Sums(schema, end, "log_hours", "hour", "source_id")}
            {Sums(schema, end, "log_source_minutes", "minute", null)}
            {Sums(schema, end, "log_source_hours", "hour", null)}
            CREATE TABLE {schema}log_patterns (id BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL);
            CREATE TABLE {schema}log_pattern_hours (hour BIGINT NOT NULL, pattern_id BIGINT NOT NULL, level SMALLINT NOT NULL, source TEXT NOT NULL,
                source_id BIGINT NOT NULL, lines BIGINT NOT NULL, last_id BIGINT NOT NULL, PRIMARY KEY (hour, pattern_id, level, source, source_id)){end};
            CREATE TABLE {schema}log_index (version INTEGER NOT NULL, indexed BIGINT NOT NULL, seen BIGINT NOT NULL, seen_in BIGINT NOT NULL);
            """;

    /// <param name="id">The column of whose lines of a source they are; null for a source's together, which are far fewer rows.</param>
    private static string Sums(string schema, string end, string table, string span, string? id) =>
        $"""
            CREATE TABLE {schema}{table} ({span} BIGINT NOT NULL, level SMALLINT NOT NULL, source TEXT NOT NULL{(
                id is null ? "" : $", {id} BIGINT NOT NULL"
            )},
                lines BIGINT NOT NULL, first_id BIGINT NOT NULL, last_id BIGINT NOT NULL, PRIMARY KEY ({span}, level, source{(
                id is null ? "" : $", {id}"
            )})){end};
            """;

    public static string OfSqlite(int version) => Guarded(Tables("ix.", " WITHOUT ROWID"), version);

    /// <summary>The words' table of one part of the lines.</summary>
    public static string WordsOf(long part) => $"log_words_{part}";

    public static long PartOf(long id) => (id - 1) / LinesPerPart;

    /// <summary>Holds no text of its own: it is in the lines.</summary>
    public static string MakeWords(long part) =>
        $"CREATE VIRTUAL TABLE IF NOT EXISTS ix.{WordsOf(part)} USING fts5(message, details, facets, content='', columnsize=0, tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co M*'\")";

    /// <summary>The parts that there are.</summary>
    public static async Task<HashSet<long>> PartsAsync(LogConnection connection, CancellationToken cancel)
    {
        if (!connection.IsSqlite)
        {
            return [];
        }

        await using var command = connection.Command(
            "SELECT substr(name, 11) FROM ix.sqlite_master WHERE type = 'table' AND name GLOB 'log_words_[0-9]*' AND sql LIKE 'CREATE VIRTUAL%'"
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var parts = new HashSet<long>();
        while (await reader.ReadAsync(cancel))
        {
            parts.Add(long.Parse(reader.GetString(0), System.Globalization.CultureInfo.InvariantCulture));
        }

        return parts;
    }

    /// <summary>
    /// The words as PostgreSQL's index has them: digits and letters alone, as <see cref="LogTokenizer"/> has them, without what is for
    /// terminals.
    /// </summary>
    public static readonly string PostgresWords = $"""
        to_tsvector('simple', regexp_replace(regexp_replace(regexp_replace(
            message || ' ' || regexp_replace(coalesce(details::text, ''), '\\[nrtbf]', ' ', 'g'),
            '{TerminalText.OfPostgres}', '', 'g'), '([{LogTokenizer.UnspacedOfPostgres}])', ' \1 ', 'g'), '[^[:alnum:]{LogTokenizer.UnspacedOfPostgres}]+', ' ', 'g'))
        """;

    /// <summary>The index of the words on PostgreSQL; another name where they are made in another way.</summary>
    public const string PostgresWordsIndex = "idx_logs_words_2";

    public static string OfPostgres(int version) =>
        $"""
            DO $make$ BEGIN
                PERFORM pg_advisory_xact_lock(4832190);
                IF to_regclass('log_index') IS NOT NULL THEN
                    IF (SELECT version FROM log_index) <> {version} THEN
                        DROP TABLE IF EXISTS {string.Join(", ", Names)};
                    END IF;
                END IF;
                IF to_regclass('log_index') IS NULL THEN
                    {Tables("", "")}
                    INSERT INTO log_index VALUES ({version}, 0, 0, 0);
                END IF;
                {LogFit.OfPostgres}
            END $make$;
            """;

    /// <summary>SQLite has no such block; its own way of saying "unless it is there".</summary>
    private static string Guarded(string tables, int version) =>
        tables.Replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", StringComparison.Ordinal)
        + $"INSERT INTO ix.log_index SELECT {version}, 0, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM ix.log_index);";
}

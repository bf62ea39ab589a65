using System.Data.Common;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>
/// The database itself makes the lines of other programs fit, as <see cref="LogLine.Fit"/> does with those that are sent: a time in any
/// shape
/// of ISO 8601 gets the one that sorts, an unreadable one becomes the time at which the line came with a mark of what it was, what is too
/// long is cut. So one odd row stops nobody who reads, and all times compare alike.
/// </summary>
internal static class LogFit
{
    /// <summary>Longer than what the console itself has cut, with its mark.</summary>
    private static readonly int LongMessage = LogLine.LongestMessage + 100;

    private const int LongestSource = 32;

    private const string First = "'1970-01-01'";

    private const string Last = "'2199-12-31 23:59:59.999'";

    private const string End = "'2200-01-01'";

    /// <summary>Lines that are looked at when the triggers are made; the indexer comes to all others.</summary>
    private const int LookedAtOnce = 100_000;

    private static string IsUsual(string row) =>
        $"({UtcSql.IsUsual($"{row}timestamp")} AND {row}timestamp >= {First} AND {row}timestamp < {End})";

    /// <summary>Whether a row is not as the console would have stored it.</summary>
    private static string IsOdd(string row) =>
        $"""
            (NOT {IsUsual(
                row
            )} OR length({row}message) > {LongMessage} OR length({row}details) > {LogLine.LongestDetails} OR length({row}source) > {LongestSource} OR length({row}correlation_id) > {LogLine.LongestCorrelation}
                OR typeof({row}message) <> 'text' OR {IsNoId($"{row}source_id")} OR {IsNoId($"{row}user_id")})
            """;

    /// <summary>
    /// What the triggers ask of each new line, the console's own as well, so it is quick: a day of a month that has none is asked for where
    /// it may be one;
    /// what is left, such as a thirteenth month, the indexer makes fit a moment later.
    /// </summary>
    private static readonly string MayBeOdd = $"""
        (NEW.timestamp NOT GLOB '{UtcSql.Shape}' OR NEW.timestamp NOT BETWEEN {First} AND {Last} OR (substr(NEW.timestamp, 9, 2) > '28' AND NOT {IsUsual(
            "NEW."
        )})
            OR length(NEW.message) > {LongMessage} OR length(NEW.details) > {LogLine.LongestDetails} OR length(NEW.source) > {LongestSource} OR length(NEW.correlation_id) > {LogLine.LongestCorrelation}
            OR NEW.source_id NOT BETWEEN -2147483648 AND 2147483647 OR NEW.user_id NOT BETWEEN -2147483648 AND 2147483647)
        """;

    private static string IsNoId(string column) =>
        $"typeof({column}) NOT IN ('integer', 'null') OR {column} NOT BETWEEN -2147483648 AND 2147483647";

    /// <summary>The row's time in the usual shape; NULL where it has none that can be read.</summary>
    private static readonly string TimeOfRow =
        $"(SELECT CASE WHEN at >= {First} AND at < {End} THEN at END FROM (SELECT {UtcSql.Read("logs.timestamp")} AS at))";

    private static readonly string CutDetails = $"""
        CASE WHEN length(details) > {LogLine.LongestDetails}
            THEN json_object('cut_details', substr(details, 1, {LogLine.LongestMessage}) || '… [cut here: ' || length(details) || ' characters in all]') ELSE details END
        """;

    /// <param name="arrival">When the line came, as SQL.</param>
    private static string Fit(string arrival, string where) =>
        $"""
            UPDATE logs SET
                details = CASE WHEN {TimeOfRow} IS NOT NULL THEN {CutDetails}
                    WHEN json_type({CutDetails}) = 'object' THEN json_set({CutDetails}, '$.{StoredDetails.UnreadTime}', substr(CAST(timestamp AS TEXT), 1, {StoredDetails.LongestTime}))
                    WHEN details IS NULL THEN json_object('{StoredDetails.UnreadTime}', substr(CAST(timestamp AS TEXT), 1, {StoredDetails.LongestTime}))
                    ELSE json_object('details', json({CutDetails}), '{StoredDetails.UnreadTime}', substr(CAST(timestamp AS TEXT), 1, {StoredDetails.LongestTime})) END,
                timestamp = coalesce({TimeOfRow}, {arrival}),
                message = CASE WHEN length(message) > {LongMessage}
                    THEN substr(CAST(message AS TEXT), 1, {LogLine.LongestMessage}) || '… [cut here: ' || length(message) || ' characters in all]' ELSE CAST(message AS TEXT) END,
                source = substr(source, 1, {LongestSource}),
                correlation_id = substr(correlation_id, 1, {LogLine.LongestCorrelation}),
                source_id = CASE WHEN {IsNoId("source_id")} THEN NULL ELSE source_id END,
                user_id = CASE WHEN {IsNoId("user_id")} THEN NULL ELSE user_id END
            WHERE {where}
            """;

    private const string Now = "strftime('%Y-%m-%d %H:%M:%f', 'now')";

    /// <summary>When an older line came: about when the one before it did.</summary>
    private static readonly string About =
        $"coalesce((SELECT timestamp FROM logs AS before WHERE before.id < logs.id AND {IsUsual("before.")} ORDER BY before.id DESC LIMIT 1), {Now})";

    /// <summary>
    /// The triggers on SQLite, with a number that is another one where they are changed. An id that the database did not give could be its
    /// last one, after which it takes no line from anybody.
    /// </summary>
    public static readonly string OfSqlite = $"""
        CREATE TRIGGER IF NOT EXISTS main.logs_fit_1_insert AFTER INSERT ON logs WHEN NEW.id < 1 OR NEW.id > 9007199254740991 OR {MayBeOdd} BEGIN
            SELECT RAISE(ABORT, 'Leave the id of a line to the database.') WHERE NEW.id < 1 OR NEW.id > 9007199254740991;
            {Fit(Now, "id = NEW.id")};
        END;
        CREATE TRIGGER IF NOT EXISTS main.logs_fit_1_update AFTER UPDATE ON logs WHEN {MayBeOdd} AND {IsOdd("NEW.")} BEGIN
            {Fit(Now, "id = NEW.id")};
        END;
        """;

    public const string AreOnSqlite =
        "SELECT count(*) FROM main.sqlite_master WHERE type = 'trigger' AND name LIKE 'logs\\_fit\\_1\\_%' ESCAPE '\\'";

    /// <summary>The newest lines that were there before the triggers.</summary>
    public static readonly string NewestOfSqlite = Fit(
        About,
        $"id > (SELECT coalesce(max(id), 0) - {LookedAtOnce} FROM logs) AND {IsOdd("")}"
    );

    /// <summary>Lines that were there before the triggers.</summary>
    public static string OfIds(IEnumerable<long> ids) =>
        Fit(About, $"id IN ({string.Join(", ", ids.Select(id => id.ToString(CultureInfo.InvariantCulture)))})");

    /// <summary>
    /// Whether a row that was read is as the console would have stored it, where SQLite counts characters by ones and .NET some by twos. On
    /// PostgreSQL the columns' types see to it.
    /// </summary>
    public static bool Is(DbDataReader reader, LogRow row, bool isSqlite) =>
        !isSqlite
        || (
            reader.GetValue(1) is string text
            && UtcText.Usual(text) is { } time
            && LogTimes.Holds(time)
            && IsId(reader.GetValue(4))
            && IsId(reader.GetValue(7))
            && row.Source.Length <= LongestSource * 2
            && row.Message.Length <= LongMessage * 2
            && !(row.Details?.Length > LogLine.LongestDetails * 2)
        );

    private static bool IsId(object value) => value is DBNull or long and >= int.MinValue and <= int.MaxValue;

    /// <summary>Bytes of details in PostgreSQL's own form, beyond which they are cut.</summary>
    private const int LargeDetails = 1_500_000;

    private const string IsOutside = "timestamp < '1970-01-01 00:00:00+00' OR NEW.timestamp >= '2200-01-01 00:00:00+00'";

    /// <summary>The trigger on PostgreSQL; within a block of its language.</summary>
    public static readonly string OfPostgres = $$"""
        IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'logs_fit_1' AND tgrelid = 'logs'::regclass) THEN
            CREATE OR REPLACE FUNCTION logs_fit_1() RETURNS trigger LANGUAGE plpgsql AS $fit$ BEGIN
                IF NEW.{{IsOutside}} THEN
                    NEW.details := CASE WHEN jsonb_typeof(NEW.details) = 'object' THEN NEW.details WHEN NEW.details IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('details', NEW.details) END
                        || jsonb_build_object('{{StoredDetails.UnreadTime}}', NEW.timestamp::text);
                    NEW.timestamp := clock_timestamp();
                END IF;
                IF char_length(NEW.message) > {{LongMessage}} THEN
                    NEW.message := left(NEW.message, {{LogLine.LongestMessage}}) || '… [cut here: ' || char_length(NEW.message) || ' characters in all]';
                END IF;
                IF pg_column_size(NEW.details) > {{LargeDetails}} THEN
                    NEW.details := jsonb_build_object('cut_details', left(NEW.details::text, {{LogLine.LongestMessage}}) || '… [cut here: ' || char_length(NEW.details::text) || ' characters in all]');
                END IF;
                RETURN NEW;
            END $fit$;
            CREATE TRIGGER logs_fit_1 BEFORE INSERT OR UPDATE ON logs FOR EACH ROW WHEN (NEW.{{IsOutside}} OR char_length(NEW.message) > {{LongMessage}} OR pg_column_size(NEW.details) > {{LargeDetails}})
                EXECUTE FUNCTION logs_fit_1();
            UPDATE logs SET timestamp = timestamp WHERE {{IsOutside.Replace("NEW.", "", StringComparison.Ordinal)}};
        END IF;
        """;
}

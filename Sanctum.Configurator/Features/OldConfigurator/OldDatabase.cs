using SQLitePCL;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>
/// The old configurator's two tables, read from a file that nobody vouches for: read-only, without trusting its schema, with short cells
/// and
/// few rows, and checked for damage before. Views, virtual tables and generated columns are not read; triggers have no occasion.
/// </summary>
internal static class OldDatabase
{
    public const string NotSqlite = "This is not a SQLite database. The old configurator's file is db/sanctum_ui.db in its folder.";

    private const string NotOurs = "This is a SQLite database, but not the old configurator's: ";
    private const string Damaged = "The file is damaged. Stop the old configurator and copy the file again.";
    private const int LongestCell = 64 << 10;
    private const int MostSettings = 500;
    private const int MostUsers = 500;

    public static OldContent Read(string file, CancellationToken stop)
    {
        Batteries_V2.Init();

        // Immutable: SQLite then looks for no journal beside the file, and makes none.
        var opened = sqlite3_open_v2($"{new Uri(file).AbsoluteUri}?immutable=1", out var old, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, null);
        using (old)
        {
            Check(opened);
            sqlite3_limit(old, SQLITE_LIMIT_LENGTH, LongestCell);
            using var interrupt = stop.Register(() => sqlite3_interrupt(old));
            stop.ThrowIfCancellationRequested();
            foreach (var caution in (string[])["trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"])
            {
                Rows(old, $"PRAGMA {caution}", 1, "lines");
            }

            if (Rows(old, "PRAGMA quick_check(1)", 1, "lines")[0][0] is not "ok")
            {
                throw new OldFileException(Damaged);
            }

            return IsOfDevelopmentTree(old)
                ? new([], ReadUsers(old)) { IsOfDevelopmentTree = true }
                : new(ReadSettings(old), ReadUsers(old));
        }
    }

    /// <summary>The tree <c>control-dev</c> of the old configurator had pages for its settings, and no table yet.</summary>
    private static bool IsOfDevelopmentTree(sqlite3 old) =>
        Rows(old, "SELECT 1 FROM sqlite_master WHERE name = 'system_config' COLLATE NOCASE", 1, "tables").Count == 0
        && Rows(
            old,
            "SELECT 1 FROM sqlite_master WHERE name IN ('users', 'user_sessions') COLLATE NOCASE AND type = 'table' AND rootpage > 0",
            2,
            "tables"
        ).Count == 2;

    private static List<OldSetting> ReadSettings(sqlite3 old)
    {
        var columns = ColumnsOf(old, "system_config", "config_key", "config_value");
        return
        [
            .. Rows(old, Select(columns, "system_config", "config_key", "config_value", "is_encrypted"), MostSettings, "settings")
                .Where(row => !string.IsNullOrWhiteSpace(row[0]))
                .Select(row => new OldSetting(row[0]!.Trim(), IsOn(row[2])) { Value = row[1] }),
        ];
    }

    private static List<OldUser> ReadUsers(sqlite3 old)
    {
        var columns = ColumnsOf(old, "users", "username", "password_hash");
        var says = columns.Contains("is_active");
        return
        [
            .. Rows(
                    old,
                    Select(columns, "users", "username", "email", "role", "permissions", "is_active", "last_login", "password_hash"),
                    MostUsers,
                    "users"
                )
                .Select(row => new OldUser(
                    (row[0] ?? "").Trim(),
                    row[1]?.Trim(),
                    row[2]?.Trim(),
                    row[3],
                    !says || IsOn(row[4]),
                    TimeOf(row[5]),
                    null
                )
                {
                    PasswordHash = row[6]?.Trim(),
                }),
        ];
    }

    /// <summary>The plain columns of a plain table.</summary>
    private static HashSet<string> ColumnsOf(sqlite3 old, string table, params string[] needed)
    {
        if (
            Rows(
                old,
                $"SELECT 1 FROM sqlite_master WHERE name = '{table}' COLLATE NOCASE AND type = 'table' AND rootpage > 0",
                1,
                "tables"
            ).Count == 0
        )
        {
            throw new OldFileException($"{NotOurs}it has no table {table}.");
        }

        var columns = Rows(old, $"PRAGMA table_info({table})", int.MaxValue, "columns")
            .Select(row => row[1]!)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return needed.FirstOrDefault(column => !columns.Contains(column)) is { } missing
            ? throw new OldFileException($"{NotOurs}its table {table} has no column {missing}.")
            : columns;
    }

    private static string Select(HashSet<string> columns, string table, params IEnumerable<string> wanted) =>
        $"SELECT {string.Join(", ", wanted.Select(column => columns.Contains(column) ? column : "NULL"))} FROM {table}";

    private static List<string?[]> Rows(sqlite3 old, string sql, int most, string what)
    {
        Check(sqlite3_prepare_v2(old, sql, out var statement));
        using (statement)
        {
            var rows = new List<string?[]>();
            int step;
            while ((step = sqlite3_step(statement)) == SQLITE_ROW)
            {
                if (rows.Count == most)
                {
                    throw new OldFileException($"The file has more than {most} {what}. It is probably not the old configurator's file.");
                }

                // As text, whatever type a cell is: SQLite lets it be any, and Python's bcrypt writes its hashes as blobs.
                rows.Add([
                    .. Enumerable
                        .Range(0, sqlite3_column_count(statement))
                        .Select(at => sqlite3_column_text(statement, at).utf8_to_string()),
                ]);
            }

            Check(step == SQLITE_DONE ? SQLITE_OK : step);
            return rows;
        }
    }

    private static void Check(int result)
    {
        if (result != SQLITE_OK)
        {
            throw new OldFileException(
                (result & 0xff) switch
                {
                    SQLITE_NOTADB => NotSqlite,
                    SQLITE_TOOBIG =>
                        $"A cell of the file is larger than {LongestCell >> 10} kB. It is probably not the old configurator's file.",
                    SQLITE_INTERRUPT => "Reading the file took too long. It is probably not the old configurator's file.",
                    _ => Damaged,
                }
            );
        }
    }

    private static bool IsOn(string? text) => text?.Trim().ToUpperInvariant() is "1" or "TRUE" or "YES";

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
}

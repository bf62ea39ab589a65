using System.Runtime.InteropServices;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Sanctum.Configurator.Features.Messaging.Broca.Reading;

/// <summary>
/// A database of Broca that nobody vouches for, read without trusting its schema: views, virtual tables and generated columns are not read,
/// triggers have no occasion, and a cell has a limit.
/// </summary>
internal sealed class BrocaDatabase : IDisposable
{
    public const string NotSqlite = "This is not a SQLite database. Broca's file is sanctum.db in the agent's folder.";

    private const string Damaged =
        "The file is damaged. Stop Broca, copy its sanctum.db again, and check that the copy is as large as the file.";
    private const int LongestCell = 32 << 20;
    private const int WalVersion = 2;
    private static readonly string[] Cautions = ["trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"];

    private readonly sqlite3 _database;

    private BrocaDatabase(sqlite3 database) => _database = database;

    /// <summary>A private copy: nothing is looked for or made beside it.</summary>
    public static BrocaDatabase OpenCopy(string file)
    {
        var database = Open($"{new Uri(file).AbsoluteUri}?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
        database.Execute("PRAGMA query_only = ON");
        return database;
    }

    /// <summary>The file of a Broca that may be running. It waits for its locks, and keeps none of its own longer than a statement.</summary>
    /// <param name="patience">For how long it waits, in milliseconds.</param>
    public static BrocaDatabase OpenLive(string file, int patience, bool isWriting = false)
    {
        var database = Open(file, isWriting ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
        _ = sqlite3_busy_timeout(database._database, patience);
        if (!isWriting)
        {
            database.Execute("PRAGMA query_only = ON");
        }

        return database;
    }

    /// <summary>Copies all of its pages as they are at one moment, whoever writes meanwhile.</summary>
    public void CopyTo(string file)
    {
        Check(sqlite3_open_v2(file, out var target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, null));
        using (target)
        {
            var backup = sqlite3_backup_init(target, "main", _database, "main");
            Check(backup.IsInvalid ? sqlite3_errcode(target) : SQLITE_OK);
            var step = sqlite3_backup_step(backup, -1);
            _ = sqlite3_backup_finish(backup);
            Check(step == SQLITE_DONE ? SQLITE_OK : step);
        }
    }

    /// <summary>Bytes that it takes.</summary>
    public long Size => Number("PRAGMA page_count") * Number("PRAGMA page_size");

    /// <summary>Reading stops where this is cancelled.</summary>
    public IDisposable StopWith(CancellationToken stop) => stop.Register(() => sqlite3_interrupt(_database));

    /// <exception cref="BrocaFileException">Something of it can't be read.</exception>
    public void CheckWhole()
    {
        if (Rows("PRAGMA quick_check(1)").First()[0] is not "ok")
        {
            throw new BrocaFileException(Damaged);
        }
    }

    /// <summary>The plain tables, in small letters, with their plain columns.</summary>
    public IReadOnlyList<BrocaTable> Tables() =>
        [
            .. Rows(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite!_%' ESCAPE '!' LIMIT 100"
                )
                .Select(row => row[0]!)
                .ToList()
                .Select(name => new BrocaTable(
                    name.ToLowerInvariant(),
                    name,
                    [.. Rows($"PRAGMA table_info({Quoted(name)})").Select(column => column[1]!).Take(BrocaTable.MostColumns)]
                )),
        ];

    /// <summary>The rows of a table, in the order of a column.</summary>
    public IEnumerable<BrocaRow> RowsOf(BrocaTable table, string order, IReadOnlyCollection<string>? only = null)
    {
        var shown = only is null
            ? table
            : new BrocaTable(table.Name, table.Spelled, [.. table.Columns.Where(column => only.Contains(column.ToLowerInvariant()))]);
        var columns = string.Join(", ", shown.Columns.Select(Quoted));
        return Rows($"SELECT {columns} FROM {Quoted(table.Spelled)} ORDER BY {Quoted(order)}").Select(cells => new BrocaRow(shown, cells));
    }

    public long Count(BrocaTable table) => Number($"SELECT count(*) FROM {Quoted(table.Spelled)}");

    public void Execute(string sql)
    {
        foreach (var _ in Rows(sql))
        {
            // What it answers is of no interest.
        }
    }

    public long Number(string sql) => long.TryParse(Rows(sql).FirstOrDefault()?[0], out var number) ? number : 0;

    /// <summary>What the last statement changed.</summary>
    public int Changes => sqlite3_changes(_database);

    /// <param name="values">Of its parameters.</param>
    public IEnumerable<string?[]> Rows(string sql, params object[] values)
    {
        Check(sqlite3_prepare_v2(_database, sql, out var statement));
        using (statement)
        {
            for (var at = 0; at < values.Length; at++)
            {
                Check(
                    values[at] is string text
                        ? sqlite3_bind_text(statement, at + 1, text)
                        : sqlite3_bind_int64(statement, at + 1, Convert.ToInt64(values[at], null))
                );
            }

            int step;
            while ((step = sqlite3_step(statement)) == SQLITE_ROW)
            {
                var cells = new string?[sqlite3_column_count(statement)];
                for (var at = 0; at < cells.Length; at++)
                {
                    cells[at] = Text(statement, at);
                }

                yield return cells;
            }

            Check(step == SQLITE_DONE ? SQLITE_OK : step);
        }
    }

    public void Dispose() => _database.Dispose();

    /// <summary>Whether the file, by its head, keeps what was written last in a second file beside it.</summary>
    public static bool IsWal(ReadOnlySpan<byte> head) => head.Length > 19 && (head[18] == WalVersion || head[19] == WalVersion);

    private static BrocaDatabase Open(string name, int how)
    {
        Batteries_V2.Init();
        var opened = sqlite3_open_v2(name, out var file, how, null);
        var database = new BrocaDatabase(file);
        try
        {
            Check(opened);
            _ = sqlite3_limit(file, SQLITE_LIMIT_LENGTH, LongestCell);
            _ = sqlite3_limit(file, SQLITE_LIMIT_ATTACHED, 0);
            foreach (var caution in Cautions)
            {
                database.Execute($"PRAGMA {caution}");
            }

            return database;
        }
        catch (BrocaFileException)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// As text, whatever type a cell is: SQLite lets it be any. Whole, with a NUL in its midst too, and what is no UTF-8 replaced.
    /// </summary>
    private static string? Text(sqlite3_stmt statement, int at)
    {
        if (sqlite3_column_type(statement, at) == SQLITE_NULL)
        {
            return null;
        }

        var text = sqlite3_column_type(statement, at) is SQLITE_TEXT or SQLITE_BLOB
            ? sqlite3_column_blob(statement, at)
            : MemoryMarshal.AsBytes<byte>(Encoding.UTF8.GetBytes(sqlite3_column_text(statement, at).utf8_to_string()));
        return Encoding.UTF8.GetString(text);
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void Check(int result)
    {
        if (result != SQLITE_OK)
        {
            throw new BrocaFileException(
                (result & 0xff) switch
                {
                    SQLITE_NOTADB => NotSqlite,
                    SQLITE_TOOBIG => $"A cell of the file is larger than {LongestCell >> 20} MB. It is probably not Broca's file.",
                    SQLITE_INTERRUPT => "Reading the file was stopped.",
                    SQLITE_BUSY or SQLITE_LOCKED => "Broca is writing into its database and did not let it go. Try again in a moment.",
                    SQLITE_READONLY =>
                        "The database can't be opened without writing: Broca was killed while it wrote. Start Broca once, which mends it.",
                    SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_AUTH or SQLITE_IOERR =>
                        "The database can't be opened. The console's user needs to read sanctum.db, and to enter its folder.",
                    SQLITE_FULL => "There is no room left on the disk for a copy of the database.",
                    _ => Damaged,
                }
            );
        }
    }
}

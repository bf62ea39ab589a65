using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Registry.Data.Sqlite;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

/// <summary>A database that is in use is read page by page as it was at one moment, whatever is written meanwhile.</summary>
public sealed class HoldingPagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("held-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_folder, "live.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_written_later_is_not_in_it_and_what_was_only_in_the_log_is()
    {
        await using var writer = Open();
        Run(
            writer,
            "PRAGMA journal_mode = WAL; CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes (text) VALUES ('before')"
        );
        using var pages = HeldPages.TryHold(Database);
        Assert.NotNull(pages);
        Run(writer, "UPDATE notes SET text = 'after'");
        for (var row = 0; row < 300; row++)
        {
            Run(writer, "INSERT INTO notes (text) VALUES (hex(zeroblob(20000)))");
        }

        Run(writer, "PRAGMA wal_checkpoint(PASSIVE)");
        var copy = await WriteAsync(pages);

        Assert.Equal("before", await Sqlite3.RunAsync(copy, "SELECT group_concat(text) FROM notes"));
        Assert.Equal("ok", await Sqlite3.RunAsync(copy, "PRAGMA integrity_check"));
        Assert.Equal(1, (await pages.CountRowsAsync(Cancel))["notes"]);
    }

    [Fact]
    public async Task Afterwards_the_log_can_be_emptied_again()
    {
        await using var writer = Open();
        Run(writer, "PRAGMA journal_mode = WAL; CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)");
        HeldPages.TryHold(Database)!.Dispose();
        Run(writer, "INSERT INTO notes (text) VALUES ('after')");

        Run(writer, "PRAGMA wal_checkpoint(TRUNCATE)");

        Assert.Equal(0, new FileInfo(Database + "-wal").Length);
    }

    [Fact]
    public async Task A_database_without_a_log_is_not_held()
    {
        await using var writer = Open();
        Run(writer, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)");

        Assert.Null(HeldPages.TryHold(Database));
    }

    [Fact]
    public async Task Where_somebody_still_reads_what_was_before_it_is_not_held_as_the_file_can_not_be_brought_up_to_date()
    {
        await using var writer = Open();
        Run(writer, "PRAGMA journal_mode = WAL; CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)");
        await using var reader = Open();
        Run(reader, "BEGIN; SELECT count(*) FROM notes");
        Run(writer, "INSERT INTO notes (text) VALUES ('after')");

        Assert.Null(HeldPages.TryHold(Database));
        Run(reader, "ROLLBACK");
        using var pages = HeldPages.TryHold(Database);
        Assert.Equal("after", await Sqlite3.RunAsync(await WriteAsync(pages!), "SELECT text FROM notes"));
    }

    private async Task<string> WriteAsync(SqlitePages pages)
    {
        var copy = Path.Combine(_folder, "copy.db");
        var bytes = new byte[pages.Length];
        Assert.Equal(bytes.Length, pages.Read(0, bytes));
        await File.WriteAllBytesAsync(copy, bytes, Cancel);
        return copy;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ConnectionString
        );
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>
/// The pages of a database that is in use, without a copy of it. A transaction that reads holds the moment: while it lasts, no checkpoint
/// writes anything newer into the file (https://sqlite.org/wal.html#checkpointing). Once all of the write-ahead log as it was then is in
/// the file, the file alone is the database of that moment and stays so. It is read through SQLite's own handle: opening and closing it
/// once more would drop the locks that this process holds on it (https://sqlite.org/howtocorrupt.html, 2.2).
/// </summary>
internal sealed class HeldPages : SqlitePages
{
    /// <summary>Between the beginning of the transaction and the checkpoint somebody may write; then it is begun anew.</summary>
    private const int MostTimes = 20;

    private const int FilePointer = 7;
    private const int ShortRead = 522;

    private readonly SqliteHandle _connection;
    private readonly ReadFunction _read;
    private readonly IntPtr _file;

    private HeldPages(SqliteHandle connection)
    {
        _connection = connection;
        Check(Native.FileControl(connection.Pointer, "main", FilePointer, out _file));

        // struct sqlite3_file { const sqlite3_io_methods *pMethods; }, whose members are iVersion, xClose, xRead …
        _read = Marshal.GetDelegateForFunctionPointer<ReadFunction>(Marshal.ReadIntPtr(Marshal.ReadIntPtr(_file), 2 * IntPtr.Size));
        Length = NumberOf("PRAGMA page_count") * NumberOf("PRAGMA page_size");
    }

    public override long Length { get; }

    /// <summary>Holds the database as it is now; nobody who writes waits for it. The write-ahead log grows until it is disposed.</summary>
    /// <returns>
    /// Null where it has no write-ahead log, or others read or write in a way that keeps all of the log from being in the file.
    /// </returns>
    /// <exception cref="SqliteException">It can't be read.</exception>
    public static HeldPages? TryHold(string file)
    {
        var connection = new SqliteHandle(file, mayCreate: false);
        try
        {
            if (IsInTheFile(connection, file))
            {
                return new(connection);
            }
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        connection.Dispose();
        return null;
    }

    public override int Read(long offset, Span<byte> buffer)
    {
        var length = (int)Math.Min(buffer.Length, Length - offset);
        if (length > 0 && _read(_file, ref MemoryMarshal.GetReference(buffer), length, offset) is var result && result != SqliteHandle.Ok)
        {
            throw result == ShortRead
                ? new EndOfStreamException("The database shrank while it was being read.")
                : new SqliteException("SQLite can't read the database's file.", result & 0xFF);
        }

        return Math.Max(length, 0);
    }

    public override Task<IReadOnlyDictionary<string, long>> CountRowsAsync(CancellationToken cancel) => Task.Run(CountRows, cancel);

    public override void Dispose() => _connection.Dispose();

    /// <summary>Begins to read at a moment whose log is in the file.</summary>
    private static bool IsInTheFile(SqliteHandle connection, string file)
    {
        using var writer = new SqliteHandle(file, mayCreate: false);
        if (!writer.HasWriteAheadLog(file))
        {
            return false;
        }

        writer.Checkpoint();
        for (var time = 0; time < MostTimes; time++)
        {
            connection.Read("BEGIN; SELECT count(*) FROM sqlite_master");
            if (writer.Checkpoint())
            {
                return true;
            }

            connection.Read("ROLLBACK");
        }

        return false;
    }

    private IReadOnlyDictionary<string, long> CountRows()
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in _connection.Read(RegistrySnapshot.TablesOfAFile))
        {
            counts[table] = NumberOf($"SELECT count(*) FROM \"{table}\"");
        }

        return counts;
    }

    private long NumberOf(string sql) => long.Parse(_connection.Read(sql)[0], CultureInfo.InvariantCulture);

    private void Check(int result)
    {
        if (result != SqliteHandle.Ok)
        {
            throw _connection.Failure(result);
        }
    }

    private delegate int ReadFunction(IntPtr file, ref byte buffer, int length, long offset);

    private static class Native
    {
        public static readonly FileControlFunction FileControl = SqliteLibrary.Function<FileControlFunction>("sqlite3_file_control");

        public delegate int FileControlFunction(
            IntPtr connection,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string database,
            int operation,
            out IntPtr argument
        );
    }
}

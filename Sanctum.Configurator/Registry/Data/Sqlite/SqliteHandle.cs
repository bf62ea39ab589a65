using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>
/// A connection of SQLite's own kind (https://sqlite.org/c3ref/intro.html), for what the driver does not offer. It is of the same library
/// as the driver's, so that each knows of the other's locks.
/// </summary>
internal sealed class SqliteHandle : IDisposable
{
    public const int Ok = 0;
    public const int Done = 101;

    private const int ReadWrite = 2;
    private const int Create = 4;
    private const int FullMutex = 0x10000;
    private const int BusyMilliseconds = 10_000;
    private const int PassiveCheckpoint = 0;

    /// <exception cref="SqliteException">It can't be opened.</exception>
    public SqliteHandle(string file, bool mayCreate)
    {
        var result = Native.Open(file, out var handle, ReadWrite | FullMutex | (mayCreate ? Create : 0), IntPtr.Zero);
        Pointer = handle;
        if (result != Ok)
        {
            var failure = Failure(result);
            Dispose();
            throw failure;
        }

        _ = Native.BusyTimeout(Pointer, BusyMilliseconds);
    }

    public IntPtr Pointer { get; }

    /// <summary>The log is there for as long as anybody has such a database open, as this connection has after its first read.</summary>
    public bool HasWriteAheadLog(string file)
    {
        Read("SELECT count(*) FROM sqlite_master");
        return File.Exists(file + "-wal");
    }

    /// <summary>Runs statements.</summary>
    /// <returns>The first column of each row, as text.</returns>
    /// <exception cref="SqliteException">One of them failed.</exception>
    public IReadOnlyList<string> Read(string sql)
    {
        var lines = new List<string>();
        var result = Native.Execute(Pointer, sql, Add, IntPtr.Zero, IntPtr.Zero);
        return result == Ok ? lines : throw Failure(result);

        int Add(IntPtr argument, int columns, IntPtr values, IntPtr names)
        {
            lines.Add(Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(values)) ?? "");
            return Ok;
        }
    }

    /// <summary>Brings the write-ahead log into the file, as far as nobody reads what that would replace; nobody waits for it.</summary>
    /// <returns>Whether all of it is in the file now.</returns>
    public bool Checkpoint() =>
        Native.Checkpoint(Pointer, "main", PassiveCheckpoint, out var logged, out var written) == Ok && logged >= 0 && logged == written;

    public SqliteException Failure(int? code = null) =>
        new($"SQLite: {Marshal.PtrToStringUTF8(Native.ErrorMessage(Pointer))}.", (code ?? Native.ErrorCode(Pointer)) & 0xFF);

    public void Dispose() => _ = Native.Close(Pointer);

    private static class Native
    {
        public static readonly OpenFunction Open = SqliteLibrary.Function<OpenFunction>("sqlite3_open_v2");
        public static readonly OfHandle Close = SqliteLibrary.Function<OfHandle>("sqlite3_close_v2");
        public static readonly OfHandle ErrorCode = SqliteLibrary.Function<OfHandle>("sqlite3_errcode");
        public static readonly TextOf ErrorMessage = SqliteLibrary.Function<TextOf>("sqlite3_errmsg");
        public static readonly NumberTo BusyTimeout = SqliteLibrary.Function<NumberTo>("sqlite3_busy_timeout");
        public static readonly ExecuteFunction Execute = SqliteLibrary.Function<ExecuteFunction>("sqlite3_exec");
        public static readonly CheckpointFunction Checkpoint = SqliteLibrary.Function<CheckpointFunction>("sqlite3_wal_checkpoint_v2");

        public delegate int OpenFunction([MarshalAs(UnmanagedType.LPUTF8Str)] string file, out IntPtr connection, int flags, IntPtr vfs);

        public delegate int OfHandle(IntPtr handle);

        public delegate IntPtr TextOf(IntPtr connection);

        public delegate int NumberTo(IntPtr handle, int number);

        public delegate int RowFunction(IntPtr argument, int columns, IntPtr values, IntPtr names);

        public delegate int ExecuteFunction(
            IntPtr connection,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string sql,
            RowFunction row,
            IntPtr argument,
            IntPtr error
        );

        public delegate int CheckpointFunction(
            IntPtr connection,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string database,
            int mode,
            out int logged,
            out int written
        );
    }
}

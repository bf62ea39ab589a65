using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Sqlite;

/// <summary>
/// Copies a SQLite database while it is in use, by SQLite's own online backup (https://sqlite.org/c3ref/backup_finish.html). The driver
/// offers it in one step only, which can neither be stopped nor say how far it is; so it is called here piece by piece.
/// </summary>
internal static class SqliteCopy
{
    private const int PagesAtOnce = 2048;

    /// <summary>SQLite's default; only for saying how far the copy is.</summary>
    private const int PageBytes = 4096;

    private const int BusyMilliseconds = 10_000;

    /// <summary>How often the pages may be begun anew because somebody wrote, before the writers are made to wait.</summary>
    private const int MostTimes = 3;

    private const int Ok = 0;
    private const int Done = 101;

    /// <summary>
    /// Copies the database as it is at one moment. In a database with a write-ahead log nobody who writes waits for it. Without one,
    /// writers wait while a piece is read, and what was read begins anew when they have written.
    /// </summary>
    /// <param name="advance">Told how many bytes are copied, and of how many.</param>
    /// <exception cref="SqliteException">The source can't be read, or the target not be written.</exception>
    public static async Task RunAsync(string source, string target, Action<long, long>? advance, CancellationToken cancel) =>
        await Task.Run(() => Copy(source, target, advance, cancel), cancel);

    private static void Copy(string source, string target, Action<long, long>? advance, CancellationToken cancel)
    {
        using var from = new Connection(source, mayCreate: false);
        using var to = new Connection(target, mayCreate: true);
        to.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        if (from.HasWriteAheadLog(source))
        {
            // One snapshot from the first page to the last.
            from.Execute("BEGIN; SELECT count(*) FROM sqlite_master");
        }

        var backup = Native.BackupInit(to.Handle, "main", from.Handle, "main");
        if (backup == IntPtr.Zero)
        {
            throw to.Failure();
        }

        int result;
        var steps = 0L;
        try
        {
            do
            {
                cancel.ThrowIfCancellationRequested();
                result = Native.BackupStep(backup, ++steps * PagesAtOnce > MostTimes * (long)Native.PageCount(backup) + PagesAtOnce ? -1 : PagesAtOnce);
                var pages = Native.PageCount(backup);
                advance?.Invoke((long)(pages - Native.Remaining(backup)) * PageBytes, (long)pages * PageBytes);
            }
            while (result == Ok);
        }
        finally
        {
            _ = Native.BackupFinish(backup);
        }

        if (result != Done)
        {
            throw to.Failure(result);
        }
    }

    /// <summary>A connection of SQLite's own kind.</summary>
    private sealed class Connection : IDisposable
    {
        private const int ReadWrite = 2;
        private const int Create = 4;
        private const int FullMutex = 0x10000;

        public Connection(string file, bool mayCreate)
        {
            var result = Native.Open(file, out var handle, ReadWrite | FullMutex | (mayCreate ? Create : 0), IntPtr.Zero);
            Handle = handle;
            if (result != Ok)
            {
                var failure = Failure(result);
                Dispose();
                throw failure;
            }

            _ = Native.BusyTimeout(Handle, BusyMilliseconds);
        }

        public IntPtr Handle { get; }

        /// <summary>The log is there for as long as anybody has such a database open, as this connection has after its first read.</summary>
        public bool HasWriteAheadLog(string file)
        {
            Execute("SELECT count(*) FROM sqlite_master");
            return File.Exists(file + "-wal");
        }

        public void Execute(string sql)
        {
            var result = Native.Execute(Handle, sql, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero);
            if (result != Ok)
            {
                throw Failure(result);
            }
        }

        public SqliteException Failure(int? code = null) =>
            new($"SQLite: {Marshal.PtrToStringUTF8(Native.ErrorMessage(Handle))}.", (code ?? Native.ErrorCode(Handle)) & 0xFF);

        public void Dispose() => _ = Native.Close(Handle);
    }

    private static class Native
    {
        public static readonly OpenFunction Open = SqliteLibrary.Function<OpenFunction>("sqlite3_open_v2");
        public static readonly OfHandle Close = SqliteLibrary.Function<OfHandle>("sqlite3_close_v2");
        public static readonly OfHandle ErrorCode = SqliteLibrary.Function<OfHandle>("sqlite3_errcode");
        public static readonly TextOf ErrorMessage = SqliteLibrary.Function<TextOf>("sqlite3_errmsg");
        public static readonly NumberTo BusyTimeout = SqliteLibrary.Function<NumberTo>("sqlite3_busy_timeout");
        public static readonly ExecuteFunction Execute = SqliteLibrary.Function<ExecuteFunction>("sqlite3_exec");
        public static readonly InitFunction BackupInit = SqliteLibrary.Function<InitFunction>("sqlite3_backup_init");
        public static readonly NumberTo BackupStep = SqliteLibrary.Function<NumberTo>("sqlite3_backup_step");
        public static readonly OfHandle Remaining = SqliteLibrary.Function<OfHandle>("sqlite3_backup_remaining");
        public static readonly OfHandle PageCount = SqliteLibrary.Function<OfHandle>("sqlite3_backup_pagecount");
        public static readonly OfHandle BackupFinish = SqliteLibrary.Function<OfHandle>("sqlite3_backup_finish");

        public delegate int OpenFunction([MarshalAs(UnmanagedType.LPUTF8Str)] string file, out IntPtr connection, int flags, IntPtr vfs);

        public delegate int OfHandle(IntPtr handle);

        public delegate IntPtr TextOf(IntPtr connection);

        public delegate int NumberTo(IntPtr handle, int number);

        public delegate int ExecuteFunction(IntPtr connection, [MarshalAs(UnmanagedType.LPUTF8Str)] string sql, IntPtr row, IntPtr argument, IntPtr error);

        public delegate IntPtr InitFunction(
            IntPtr to, [MarshalAs(UnmanagedType.LPUTF8Str)] string toName, IntPtr from, [MarshalAs(UnmanagedType.LPUTF8Str)] string fromName);
    }
}

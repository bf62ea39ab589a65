using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>
/// Copies a SQLite database while it is in use, by SQLite's own online backup (https://sqlite.org/c3ref/backup_finish.html). The driver
/// offers it in one step only, which can neither be stopped nor say how far it is; so it is called here piece by piece.
/// </summary>
internal static class SqliteCopy
{
    private const int PagesAtOnce = 2048;

    /// <summary>SQLite's default; only for saying how far the copy is.</summary>
    private const int PageBytes = 4096;

    /// <summary>How often the pages may be begun anew because somebody wrote, before the writers are made to wait.</summary>
    private const int MostTimes = 3;

    /// <summary>
    /// Copies the database as it is at one moment. In a database with a write-ahead log nobody who writes waits for it. Without one,
    /// writers wait while a piece is read, and what was read begins anew when they have written.
    /// </summary>
    /// <param name="progress">Told how many bytes are copied, and of how many.</param>
    /// <exception cref="SqliteException">The source can't be read, or the target not be written.</exception>
    public static async Task RunAsync(string source, string target, IProgress<BytesDone>? progress, CancellationToken cancel) =>
        await Task.Run(() => Copy(source, target, progress, cancel), cancel);

    private static void Copy(string source, string target, IProgress<BytesDone>? progress, CancellationToken cancel)
    {
        using var from = new SqliteHandle(source, mayCreate: false);
        using var to = new SqliteHandle(target, mayCreate: true);
        to.Read("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        if (from.HasWriteAheadLog(source))
        {
            // One snapshot from the first page to the last.
            from.Read("BEGIN; SELECT count(*) FROM sqlite_master");
        }

        var backup = Native.BackupInit(to.Pointer, "main", from.Pointer, "main");
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
                result = Native.BackupStep(
                    backup,
                    ++steps * PagesAtOnce > MostTimes * (long)Native.PageCount(backup) + PagesAtOnce ? -1 : PagesAtOnce
                );
                var pages = Native.PageCount(backup);
                progress?.Report(new((long)(pages - Native.Remaining(backup)) * PageBytes, (long)pages * PageBytes));
            } while (result == SqliteHandle.Ok);
        }
        finally
        {
            _ = Native.BackupFinish(backup);
        }

        if (result != SqliteHandle.Done)
        {
            throw to.Failure(result);
        }
    }

    private static class Native
    {
        public static readonly InitFunction BackupInit = SqliteLibrary.Function<InitFunction>("sqlite3_backup_init");
        public static readonly NumberTo BackupStep = SqliteLibrary.Function<NumberTo>("sqlite3_backup_step");
        public static readonly OfHandle Remaining = SqliteLibrary.Function<OfHandle>("sqlite3_backup_remaining");
        public static readonly OfHandle PageCount = SqliteLibrary.Function<OfHandle>("sqlite3_backup_pagecount");
        public static readonly OfHandle BackupFinish = SqliteLibrary.Function<OfHandle>("sqlite3_backup_finish");

        public delegate int OfHandle(IntPtr handle);

        public delegate int NumberTo(IntPtr handle, int number);

        public delegate IntPtr InitFunction(
            IntPtr to,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string toName,
            IntPtr from,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string fromName
        );
    }
}

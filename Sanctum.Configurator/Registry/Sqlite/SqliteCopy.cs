using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Sqlite;

/// <summary>Copies a SQLite database while it is in use, by SQLite's own online backup.</summary>
internal static class SqliteCopy
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Copies the database as it is at one moment. It is copied in one step, which reads a single snapshot: in a database with a
    /// write-ahead log nobody who writes waits for it. A step that has begun can't be stopped; who cancels it waits for its end.
    /// </summary>
    /// <param name="advance">Told how much is done, from 0 to 1.</param>
    /// <exception cref="SqliteException">The source can't be read, or the target not be written.</exception>
    public static async Task RunAsync(string source, string target, Action<double>? advance, TimeProvider clock, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var copying = Task.Run(() => Copy(source, target), CancellationToken.None);
        using var timer = new PeriodicTimer(Glance, clock);
        while (await Task.WhenAny(copying, timer.WaitForNextTickAsync(CancellationToken.None).AsTask()) != copying)
        {
            advance?.Invoke(Math.Min(1, LengthOf(target) / Math.Max(1d, LengthOf(source))));
        }

        await copying;
        cancel.ThrowIfCancellationRequested();
    }

    private static void Copy(string source, string target)
    {
        using var from = Open(source, SqliteOpenMode.ReadWrite);
        using var to = Open(target, SqliteOpenMode.ReadWriteCreate);
        using var fast = to.CreateCommand();
        fast.CommandText = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";
        fast.ExecuteNonQuery();
        from.BackupDatabase(to);
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static long LengthOf(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;
}

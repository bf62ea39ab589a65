using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>
/// Ends what a connection is doing (https://sqlite.org/c3ref/interrupt.html): the driver has no way to cancel a statement.
/// </summary>
internal static class SqliteInterrupt
{
    public static void Of(SqliteConnection connection)
    {
        if (connection.Handle is { IsInvalid: false, IsClosed: false } handle)
        {
            raw.sqlite3_interrupt(handle);
        }
    }
}

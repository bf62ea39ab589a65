using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Sqlite;

/// <summary>Ends what a connection is doing (https://sqlite.org/c3ref/interrupt.html): the driver has no way to cancel a statement.</summary>
internal static class SqliteInterrupt
{
    // Its type is that of another version of the binding's library than this is compiled with; see docs/decisions/0006.
    private static readonly PropertyInfo Handle = typeof(SqliteConnection).GetProperty(nameof(Handle))!;
    private static readonly InterruptFunction Interrupt = SqliteLibrary.Function<InterruptFunction>("sqlite3_interrupt");

    private delegate void InterruptFunction(IntPtr connection);

    public static void Of(SqliteConnection connection)
    {
        if (Handle.GetValue(connection) is SafeHandle { IsInvalid: false, IsClosed: false } handle)
        {
            Interrupt(handle.DangerousGetHandle());
        }
    }
}

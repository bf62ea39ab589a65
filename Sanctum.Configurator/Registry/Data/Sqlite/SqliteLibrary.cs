using System.Runtime.InteropServices;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>A function of the one SQLite in this process: a second one would not know of the first one's locks.</summary>
internal static class SqliteLibrary
{
    private static readonly IntPtr Handle = NativeLibrary.Load("e_sqlite3", typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, null);

    public static T Function<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(Handle, name));
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Sanctum.Configurator.Registry.Sqlite;

/// <summary>
/// Makes an older SQLitePCLRaw answer where Microsoft.Data.Sqlite was built against a newer one (see build/PartialRegistry.props), and
/// takes the system's SQLite where it is newer than the bundled one. Does nothing where the versions match.
/// </summary>
internal static class SqliteLibrary
{
    private static IntPtr _handle;

    [ModuleInitializer]
    internal static void Prepare()
    {
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            name.Name is "SQLitePCLRaw.core" or "SQLitePCLRaw.batteries_v2" or "SQLitePCLRaw.provider.e_sqlite3"
            && Path.Combine(AppContext.BaseDirectory, name.Name + ".dll") is var file && File.Exists(file)
                ? context.LoadFromAssemblyPath(file)
                : null;
        PreferTheSystems();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PreferTheSystems()
    {
        var provider = typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly;
        _handle = NativeLibrary.TryLoad("e_sqlite3", provider, null, out var bundled) ? bundled : IntPtr.Zero;
        if (NativeLibrary.TryLoad("libsqlite3.so.0", out var system) && (bundled == IntPtr.Zero || VersionOf(system) > VersionOf(bundled)))
        {
            NativeLibrary.SetDllImportResolver(provider, (library, _, _) => library == "e_sqlite3" ? system : IntPtr.Zero);
            _handle = system;
        }
    }

    /// <summary>A function of the one SQLite in this process: a second one would not know of the first one's locks.</summary>
    public static T Function<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(_handle, name));

    private static int VersionOf(IntPtr library) =>
        Marshal.GetDelegateForFunctionPointer<VersionNumber>(NativeLibrary.GetExport(library, "sqlite3_libversion_number"))();

    private delegate int VersionNumber();
}

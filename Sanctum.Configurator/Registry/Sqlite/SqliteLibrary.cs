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
    private const int BundledVersion = 3035005;

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
        if (!NativeLibrary.TryLoad("libsqlite3.so.0", out var system))
        {
            return;
        }

        var version = Marshal.GetDelegateForFunctionPointer<VersionNumber>(NativeLibrary.GetExport(system, "sqlite3_libversion_number"));
        if (version() > BundledVersion)
        {
            NativeLibrary.SetDllImportResolver(
                typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, (library, _, _) => library == "e_sqlite3" ? system : IntPtr.Zero);
        }
    }

    private delegate int VersionNumber();
}

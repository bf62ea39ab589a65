using System.Runtime.InteropServices;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>A second name of a file.</summary>
internal static class HardLink
{
    /// <summary>Skips the test, with the reason, where the system is not asked for one here.</summary>
    public static void Create(string name, string file)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked for a second name here.");
        Assert.Equal(0, Link(file, name));
    }

    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string file, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}

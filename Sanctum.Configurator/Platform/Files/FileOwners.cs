using System.Runtime.InteropServices;

namespace Sanctum.Configurator.Platform.Files;

/// <summary>Whose files are, where the console writes one that another program's user has to read.</summary>
internal static class FileOwners
{
    /// <summary>Gives a file the owner and the group of another.</summary>
    /// <exception cref="UnauthorizedAccessException">They differ, and the console's user may not.</exception>
    public static void Copy(string from, string to)
    {
        if (
            OperatingSystem.IsLinux()
            && LinuxFiles.Facts(from) is { } wanted
            && LinuxFiles.Facts(to) is { } given
            && !OwnerIn(wanted).SequenceEqual(OwnerIn(given))
            && Chown(Encoding.UTF8.GetBytes(to + '\0'), BitConverter.ToUInt32(OwnerIn(wanted)), BitConverter.ToUInt32(OwnerIn(wanted)[4..]))
                != 0
        )
        {
            throw new UnauthorizedAccessException($"The console's user may not give {to} its owner.");
        }
    }

    /// <summary>Where the kernel's answer has the user and the group.</summary>
    private static ReadOnlySpan<byte> OwnerIn(byte[] facts) => facts.AsSpan(20, 8);

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Chown(byte[] path, uint user, uint group);
}

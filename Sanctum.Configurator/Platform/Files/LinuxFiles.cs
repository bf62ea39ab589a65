using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sanctum.Configurator.Platform.Files;

/// <summary>Calls of Linux that .NET does not offer, for looking at a file before it is opened.</summary>
internal static class LinuxFiles
{
    private const int HereIsThePath = -100;
    private const int ThePathIsEmpty = 0x1000;
    private const uint AllFacts = 0xfff;
    private const int OnlyThePlace = 0x200000 | 0x80000;
    private const int NoSuchFile = 2;
    private const int NotPermitted = 13;
    private const int NoFolder = 20;
    private const int Circle = 40;
    private const int NoMoreData = 6;
    private const int TheNextData = 3;

    /// <summary>
    /// What the kernel calls the kinds of disks that are windows into itself: proc, sysfs, devpts, cgroups, debugging, tracing and the
    /// like.
    /// </summary>
    private static readonly HashSet<uint> KindsOfWindows =
    [
        0x9fa0,
        0x62656572,
        0x1cd1,
        0x27e0eb,
        0x63677270,
        0x64626720,
        0x74726163,
        0x73636673,
        0xcafe4a11,
        0xf97cff8c,
        0x6e736673,
        0x62656570,
        0xde5e81e4,
    ];

    /// <returns>Null where there is no such file.</returns>
    public static byte[]? Facts(string path)
    {
        var answer = new byte[256];
        return Statx(HereIsThePath, Bytes(path), 0, AllFacts, answer) == 0 ? answer : NothingAt<byte[]>(path);
    }

    public static byte[] Facts(SafeFileHandle handle)
    {
        var answer = new byte[256];
        return Statx(Number(handle), [0], ThePathIsEmpty, AllFacts, answer) == 0 ? answer : throw Failure("an open file");
    }

    /// <summary>
    /// Takes hold of whatever a path leads to, without opening it: nothing is read, no pipe waits, and when it is let go, this process
    /// keeps
    /// the locks that it has on the file.
    /// </summary>
    /// <returns>Null where there is no such file.</returns>
    public static SafeFileHandle? Hold(string path)
    {
        var number = Open(Bytes(path), OnlyThePlace);
        return number >= 0 ? new SafeFileHandle(number, ownsHandle: true) : NothingAt<SafeFileHandle>(path);
    }

    /// <summary>A path to what is held, whatever has become of its name.</summary>
    public static string PathTo(SafeFileHandle held) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{Number(held)}");

    /// <summary>Where what is held lies.</summary>
    public static string PlaceOf(SafeFileHandle held) =>
        new FileInfo(PathTo(held)).LinkTarget
        ?? throw new IOException("The location of the file can't be determined. Mount /proc for the console.");

    /// <summary>Whether it is a window of the kernel's instead of a file on a disk.</summary>
    public static bool IsWindow(SafeFileHandle held)
    {
        var answer = new byte[256];
        return Statfs(Number(held), answer) == 0 ? KindsOfWindows.Contains(BitConverter.ToUInt32(answer)) : throw Failure("an open file");
    }

    /// <summary>The next place from this one on that was ever written; where the disk does not know of holes, this one.</summary>
    public static long NextData(SafeFileHandle file, long from)
    {
        if (!OperatingSystem.IsLinux())
        {
            return from;
        }

        var next = Seek(Number(file), from, TheNextData);
        return next >= 0 ? next
            : Marshal.GetLastPInvokeError() == NoMoreData ? RandomAccess.GetLength(file)
            : from;
    }

    /// <summary>Where the files lie, or lay, that this process has open.</summary>
    public static HashSet<string> PlacesOfOpen() =>
        OperatingSystem.IsLinux()
            ? [.. Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(open => new FileInfo(open).LinkTarget).OfType<string>()]
            : [];

    /// <returns>Null, where the last call failed because nothing is there.</returns>
    private static T? NothingAt<T>(string path)
        where T : class =>
        Marshal.GetLastPInvokeError() switch
        {
            NoSuchFile or NoFolder => null,
            NotPermitted => throw new UnauthorizedAccessException($"The console's user has no permission to read {path}."),
            Circle => throw new PathRefusedException("The symbolic links form a loop. Enter the file that they should lead to."),
            _ => throw Failure(path),
        };

    private static IOException Failure(string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The system answered with error {Marshal.GetLastPInvokeError()} for {what}."));

    /// <summary>The system ends a path at the first NUL, and would look at another file.</summary>
    private static byte[] Bytes(string path) =>
        path.Contains('\0', StringComparison.Ordinal)
            ? throw new PathRefusedException("A path can't contain NUL characters.")
            : Encoding.UTF8.GetBytes(path + '\0');

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] answer);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statfs(int file, byte[] answer);

    [DllImport("libc", EntryPoint = "lseek", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long Seek(int file, long place, int from);
}

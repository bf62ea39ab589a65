using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>What the system says of a file.</summary>
/// <param name="Id">Its device and number, which it keeps when it is renamed; empty where the system has none.</param>
/// <param name="IsRegular">It is neither a folder nor a pipe nor a device, of which the last two could keep a reader waiting for ever.</param>
internal readonly record struct FileFacts(string Id, bool IsRegular, long Size, DateTimeOffset WrittenAt)
{
    private const int HereIsThePath = -100;
    private const int ThePathIsEmpty = 0x1000;
    private const uint BasicFacts = 0x7ff;
    private const int NoSuchFile = 2;
    private const int NotPermitted = 13;
    private const int NoFolder = 20;
    private const int KindOfMode = 0xf000;
    private const int Regular = 0x8000;

    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be entered.</exception>
    public static FileFacts? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            var file = new FileInfo(path);
            return file.Exists ? new("", true, file.Length, file.LastWriteTimeUtc) : Directory.Exists(path) ? new("", false, 0, default) : null;
        }

        var answer = new byte[256];
        if (Ask(HereIsThePath, Encoding.UTF8.GetBytes(path + '\0'), 0, BasicFacts, answer) == 0)
        {
            return Read(answer);
        }

        return Marshal.GetLastPInvokeError() switch
        {
            NoSuchFile or NoFolder => null,
            NotPermitted => throw new UnauthorizedAccessException(),
            var other => throw new IOException($"The system answered with error {other}."),
        };
    }

    public static FileFacts Of(SafeFileHandle handle)
    {
        var answer = new byte[256];
        return OperatingSystem.IsLinux() && Ask((int)handle.DangerousGetHandle(), [0], ThePathIsEmpty, BasicFacts, answer) == 0
            ? Read(answer)
            : new("", true, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
    }

    /// <summary>The kernel's answer has the same places on every processor.</summary>
    private static FileFacts Read(ReadOnlySpan<byte> answer)
    {
        var (major, minor) = (BinaryPrimitives.ReadUInt32LittleEndian(answer[136..]), BinaryPrimitives.ReadUInt32LittleEndian(answer[140..]));
        var written = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(answer[112..])).AddTicks(BinaryPrimitives.ReadUInt32LittleEndian(answer[120..]) / 100);
        return new(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{major}:{minor}:{BinaryPrimitives.ReadUInt64LittleEndian(answer[32..])}"),
            (BinaryPrimitives.ReadUInt16LittleEndian(answer[28..]) & KindOfMode) == Regular,
            BinaryPrimitives.ReadInt64LittleEndian(answer[40..]),
            written);
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int Ask(int folder, byte[] path, int flags, uint mask, byte[] answer);
}

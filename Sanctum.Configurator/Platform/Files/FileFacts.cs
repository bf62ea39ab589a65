using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Sanctum.Configurator.Platform.Files;

/// <summary>What the system says of a file, without opening it.</summary>
/// <param name="Id">Its device and number, which it keeps when it is renamed; empty where the system has none.</param>
/// <param name="IsRegular">It is neither a folder nor a pipe nor a device, of which the last two could keep a reader waiting for
/// ever.</param>
/// <param name="BegunAt">When it was made; null where its disk does not know.</param>
public readonly record struct FileFacts(string Id, bool IsRegular, long Size, DateTimeOffset WrittenAt, DateTimeOffset? BegunAt = null)
{
    private const int KindOfMode = 0xf000;
    private const int Regular = 0x8000;
    private const uint HasBeginning = 0x800;

    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be entered.</exception>
    /// <exception cref="IOException">The system can't say, for example because its links lead in a circle.</exception>
    public static FileFacts? Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return LinuxFiles.Facts(path) is { } answer ? Read(answer) : null;
        }

        var file = new FileInfo(path);
        return file.Exists ? new("", true, file.Length, file.LastWriteTimeUtc)
            : Directory.Exists(path) ? new("", false, 0, default)
            : null;
    }

    /// <summary>Of a file that is open, under whatever name it has by now.</summary>
    public static FileFacts Of(SafeFileHandle handle) =>
        OperatingSystem.IsLinux()
            ? Read(LinuxFiles.Facts(handle))
            : new("", true, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));

    /// <summary>The kernel's answer has the same places on every processor.</summary>
    private static FileFacts Read(ReadOnlySpan<byte> answer)
    {
        var (major, minor) = (
            BinaryPrimitives.ReadUInt32LittleEndian(answer[136..]),
            BinaryPrimitives.ReadUInt32LittleEndian(answer[140..])
        );
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{major}:{minor}:{BinaryPrimitives.ReadUInt64LittleEndian(answer[32..])}"),
            (BinaryPrimitives.ReadUInt16LittleEndian(answer[28..]) & KindOfMode) == Regular,
            BinaryPrimitives.ReadInt64LittleEndian(answer[40..]),
            TimeIn(answer[112..]),
            (BinaryPrimitives.ReadUInt32LittleEndian(answer) & HasBeginning) == 0 ? null : TimeIn(answer[80..])
        );
    }

    private static DateTimeOffset TimeIn(ReadOnlySpan<byte> time) =>
        DateTimeOffset
            .FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(time))
            .AddTicks(BinaryPrimitives.ReadUInt32LittleEndian(time[8..]) / 100);
}

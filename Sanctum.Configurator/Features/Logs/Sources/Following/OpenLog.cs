using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>A log file that is open for reading; whoever writes, renames or deletes it is not kept from it.</summary>
internal sealed class OpenLog : IDisposable
{
    /// <summary>Bytes of the head, and of what is before a position, by which a file is told from another.</summary>
    public const int MarkedBytes = 256;

    private const int FillerBytes = 1_048_576;

    private readonly SafeFileHandle _handle;

    /// <param name="place">Where it really lies.</param>
    public OpenLog(string path, string place, SafeFileHandle handle)
    {
        (Path, Place, _handle) = (path, place, handle);
        Facts = FileFacts.Of(handle);
    }

    /// <summary>Where it was found.</summary>
    public string Path { get; }

    /// <summary>Where it really lay then, behind all links.</summary>
    public string Place { get; }

    public FileFacts Facts { get; }

    public string Id => Facts.Id;

    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>A hash of the head and of what is before this place; null where the file does not reach to it.</summary>
    public string? MarkAt(long place)
    {
        var before = Read(Math.Max(0, place - MarkedBytes), (int)Math.Min(MarkedBytes, place));
        return place > Length ? null : MarkOf(Head(place), before);
    }

    /// <summary>The first bytes, where there are so many before this place.</summary>
    public byte[] Head(long place) => Read(0, (int)Math.Min(MarkedBytes, place));

    public static string MarkOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> before) =>
        head.IsEmpty ? "" : Convert.ToHexStringLower(SHA256.HashData([.. head, .. before]).AsSpan(0, 12));

    /// <summary>What is there of these bytes.</summary>
    public byte[] Read(long from, int count)
    {
        var bytes = new byte[Math.Max(0, Math.Min(count, Length - from))];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(_handle, bytes.AsSpan(read), from + read) is > 0 and var more)
        {
            read += more;
        }

        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>Where the NULs end that are from this place on; the length of the file where nothing follows them.</summary>
    public long EndOfFiller(long from)
    {
        for (var at = LinuxFiles.NextData(_handle, from); at < Length; )
        {
            var bytes = Read(at, FillerBytes);
            if (bytes.AsSpan().IndexOfAnyExcept((byte)0) is >= 0 and var here)
            {
                return at + here;
            }

            at = LinuxFiles.NextData(_handle, at + Math.Max(1, bytes.Length));
        }

        return Length;
    }

    public void Dispose() => _handle.Dispose();
}

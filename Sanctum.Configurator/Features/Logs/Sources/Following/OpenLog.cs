using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>A file can't be followed, and why.</summary>
internal sealed class NotFollowedException(string message) : Exception(message);

/// <summary>A log file that is open for reading; whoever writes, renames or deletes it is not kept from it.</summary>
internal sealed class OpenLog : IDisposable
{
    /// <summary>Bytes of the head, and of what is before a position, by which a file is told from another.</summary>
    public const int MarkedBytes = 256;

    private readonly SafeFileHandle _handle;

    private OpenLog(string path, SafeFileHandle handle)
    {
        (Path, _handle) = (path, handle);
        Facts = FileFacts.Of(handle);
    }

    /// <summary>Where it was found.</summary>
    public string Path { get; }

    public FileFacts Facts { get; }

    public string Id => Facts.Id;

    public long Length => RandomAccess.GetLength(_handle);

    /// <param name="forbidden">A folder whose files are never read: the console's own.</param>
    /// <returns>Null where there is no such file.</returns>
    public static OpenLog? Find(string path, string forbidden)
    {
        if (FileFacts.Of(path) is not { } facts)
        {
            return null;
        }

        if (!facts.IsRegular)
        {
            throw new NotFollowedException("It is a folder, a pipe or a device. Only files can be followed.");
        }

        try
        {
            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (Folders.IsInside(RealPathOf(path, handle), forbidden))
            {
                handle.Dispose();
                throw new NotFollowedException(FolderPaths.OwnFolder);
            }

            return new(path, handle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

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

    public void Dispose() => _handle.Dispose();

    /// <summary>Links lead anywhere: only the system knows where the file that was opened lies.</summary>
    private static string RealPathOf(string path, SafeFileHandle handle) => OperatingSystem.IsLinux()
        ? File.ResolveLinkTarget($"/proc/self/fd/{handle.DangerousGetHandle()}", returnFinalTarget: false)?.FullName ?? path
        : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}

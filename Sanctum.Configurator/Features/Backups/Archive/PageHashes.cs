using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>The first half of the SHA-256 of each page of a SQLite file: what tells, at the next backup, which pages changed.</summary>
internal sealed class PageHashes
{
    /// <summary>Pages are numbered by an index into memory: at 4 kB each this is 8 TB.</summary>
    private const int PagesAtOnce = 256;

    private readonly UInt128[] _hashes;

    private PageHashes(int pageSize, UInt128[] hashes) => (PageSize, _hashes) = (pageSize, hashes);

    public int PageSize { get; }

    public int Count => _hashes.Length;

    public UInt128 this[int page] => _hashes[page];

    /// <summary>Reads a SQLite file that nobody writes to.</summary>
    /// <param name="advance">Told of the bytes read.</param>
    public static async Task<PageHashes> OfAsync(string file, Action<long>? advance, CancellationToken cancel)
    {
        await using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
        var size = PageSizeOf(source);
        source.Position = 0;
        var hashes = new UInt128[source.Length / size];
        var buffer = new byte[size * PagesAtOnce];
        for (var page = 0; page < hashes.Length;)
        {
            var length = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
            for (var at = 0; at + size <= length && page < hashes.Length; at += size)
            {
                hashes[page++] = HashOf(buffer.AsSpan(at, size));
            }

            if (length < size)
            {
                throw new EndOfStreamException($"{file} became shorter while it was read.");
            }

            advance?.Invoke(length);
        }

        return new(size, hashes);
    }

    /// <summary>Writes them into a file, whole or not at all.</summary>
    public void Save(string file)
    {
        using (var target = PrivateFiles.Create(file + ".partial"))
        {
            Span<byte> size = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(size, PageSize);
            target.Write(size);
            target.Write(MemoryMarshal.AsBytes<UInt128>(_hashes));
            target.Flush(flushToDisk: true);
        }

        File.Move(file + ".partial", file, overwrite: true);
    }

    /// <summary>Null where there is no such file, or it is none that <see cref="Save"/> wrote.</summary>
    public static PageHashes? Find(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(file);
        return bytes.Length >= sizeof(int) && (bytes.Length - sizeof(int)) % 16 == 0 && BinaryPrimitives.ReadInt32LittleEndian(bytes) is > 0 and var size
            ? new(size, MemoryMarshal.Cast<byte, UInt128>(bytes.AsSpan(sizeof(int))).ToArray())
            : null;
    }

    private static UInt128 HashOf(ReadOnlySpan<byte> page)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(page, hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    /// <summary>Bytes 16 and 17 of the file, big-endian; 1 stands for 65 536.</summary>
    private static int PageSizeOf(FileStream source)
    {
        Span<byte> head = stackalloc byte[18];
        source.ReadExactly(head);
        return BinaryPrimitives.ReadUInt16BigEndian(head[16..]) is var size && size == 1 ? 65_536 : size;
    }
}

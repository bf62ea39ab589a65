using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>A finished backup file.</summary>
/// <param name="Checksum">SHA-256 of the file, in hex.</param>
internal sealed record WrittenArchive(long SizeBytes, string Checksum, Manifest Manifest);

/// <summary>
/// Writes a backup file from front to back: header, the pieces of each part, the manifest as the last piece, and an end that says where
/// the manifest begins. Pieces are packed side by side and written in order.
/// </summary>
internal sealed class ArchiveWriter : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly ArchiveHeader _header;
    private readonly ChunkCodec _codec;
    private readonly HashBeside _hash = new();
    private readonly Queue<Task<Rented>> _packing = new();
    private readonly List<Part> _parts = [];
    private long _chunks;
    private (Rented Piece, Task Hashing)? _last;

    private ArchiveWriter(FileStream file, ArchiveHeader header) => (_file, _header, _codec) = (file, header, new(header));

    /// <summary>Pieces that are packed at a time, which bounds the memory.</summary>
    private static int AtOnce => (2 * Environment.ProcessorCount) + 1;

    public Guid Id => _header.Id;

    /// <summary>Begins a file that only the console's own user may read.</summary>
    /// <param name="parent">The file that this one continues.</param>
    public static async Task<ArchiveWriter> CreateAsync(string path, PassphraseKeys? keys, ArchiveReader? parent, CancellationToken cancel)
    {
        var header = await Task.Run(() => ArchiveHeader.New(Guid.CreateVersion7(), keys, parent?.Header.Salt), cancel);
        var writer = new ArchiveWriter(PrivateFiles.Create(path), header);
        await writer.WriteAsync(header.Bytes, cancel);
        return writer;
    }

    /// <param name="source">Read to its end.</param>
    /// <param name="describe">Completes the part's description, once it is written.</param>
    /// <param name="progress">Told of each piece's bytes before compression.</param>
    /// <param name="inspect">Given each piece and where it begins, several at a time.</param>
    public async Task AddAsync(
        string name,
        PartKind kind,
        Stream source,
        Func<Part, Part>? describe,
        IProgress<long>? progress,
        CancellationToken cancel,
        Action<long, ReadOnlyMemory<byte>>? inspect = null
    )
    {
        var (offset, first, size) = (_file.Position, _chunks, 0L);
        using var hash = new HashBeside();
        try
        {
            while (await ReadAsync(source, cancel) is { } plain)
            {
                _packing.Enqueue(PackAsync(_chunks++, plain, hash.AddAsync(plain.Memory), inspect, size));
                size += plain.Length;
                if (_packing.Count >= AtOnce)
                {
                    await WriteAsync(await _packing.Dequeue(), cancel);
                }

                progress?.Report(plain.Length);
            }

            while (_packing.TryDequeue(out var packed))
            {
                await WriteAsync(await packed, cancel);
            }
        }
        finally
        {
            await EndPackingAsync();
        }

        var part = new Part(name, kind, size, await hash.FinishAsync(), offset, first, _chunks - first);
        _parts.Add(describe?.Invoke(part) ?? part);
    }

    /// <summary>Writes the manifest and the end, and waits until all of it is on the disk.</summary>
    public async Task<WrittenArchive> FinishAsync(Func<IReadOnlyList<Part>, Manifest> describe, CancellationToken cancel)
    {
        var manifest = describe(_parts);
        var (offset, number) = (_file.Position, _chunks);
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, Manifest.Json);
        for (var at = 0; at < json.Length; at += ChunkCodec.PlainBytes)
        {
            await WriteAsync(_codec.Pack(_chunks++, json.AsSpan(at, Math.Min(ChunkCodec.PlainBytes, json.Length - at))), cancel);
        }

        await WriteAsync(ArchiveEnd.Of(offset, number), cancel);
        _file.Flush(flushToDisk: true);
        return new(_file.Position, await _hash.FinishAsync(), manifest);
    }

    public async ValueTask DisposeAsync()
    {
        await EndPackingAsync();
        await EndHashingAsync();
        await _file.DisposeAsync();
        _codec.Dispose();
        _hash.Dispose();
    }

    private Task WriteAsync(byte[] bytes, CancellationToken cancel)
    {
        var piece = Rented.Of(bytes.Length);
        bytes.CopyTo(piece.Array, 0);
        return WriteAsync(piece, cancel);
    }

    /// <summary>The piece is hashed while the next one is written, and is given back then.</summary>
    private async Task WriteAsync(Rented piece, CancellationToken cancel)
    {
        await EndHashingAsync();
        _last = (piece, _hash.AddAsync(piece.Memory));
        await _file.WriteAsync(piece.Memory, cancel);
    }

    private async Task EndHashingAsync()
    {
        if (_last is { } last)
        {
            await last.Hashing;
            last.Piece.Dispose();
            _last = null;
        }
    }

    /// <summary>Null at the end.</summary>
    private static async ValueTask<Rented?> ReadAsync(Stream source, CancellationToken cancel)
    {
        var plain = Rented.Of(ChunkCodec.PlainBytes);
        plain = plain with
        {
            Length = await source.ReadAtLeastAsync(
                plain.Array.AsMemory(0, ChunkCodec.PlainBytes),
                ChunkCodec.PlainBytes,
                throwOnEndOfStream: false,
                cancel
            ),
        };
        if (plain.Length > 0)
        {
            return plain;
        }

        plain.Dispose();
        return null;
    }

    private async Task<Rented> PackAsync(long number, Rented plain, Task hashing, Action<long, ReadOnlyMemory<byte>>? inspect, long offset)
    {
        var packed = await OwnThread.RunAsync(() =>
        {
            inspect?.Invoke(offset, plain.Memory);
            return _codec.Pack(number, plain.Span);
        });
        await hashing;
        plain.Dispose();
        return packed;
    }

    /// <summary>What is being packed uses what is disposed next.</summary>
    private async Task EndPackingAsync()
    {
        await ((Task)Task.WhenAll(_packing)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _packing.Clear();
    }
}

/// <summary>The last bytes of a backup file: where the manifest begins, the number of its first piece, and a mark.</summary>
internal static class ArchiveEnd
{
    public const int Bytes = sizeof(long) + sizeof(long) + 8;

    private static readonly byte[] Mark = "SANCTEND"u8.ToArray();

    public static byte[] Of(long offset, long number)
    {
        var end = new byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(end, offset);
        BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(sizeof(long)), number);
        Mark.CopyTo(end, sizeof(long) * 2);
        return end;
    }

    /// <summary>Null where these are not the last bytes of a backup file.</summary>
    public static (long Offset, long Number)? Read(ReadOnlySpan<byte> end) =>
        end[(sizeof(long) * 2)..].SequenceEqual(Mark)
            ? (BinaryPrimitives.ReadInt64LittleEndian(end), BinaryPrimitives.ReadInt64LittleEndian(end[sizeof(long)..]))
            : null;
}

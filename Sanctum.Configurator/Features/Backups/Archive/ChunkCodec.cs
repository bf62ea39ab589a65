using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>
/// Packs and unpacks one piece of a backup: its length (4 bytes, little-endian), how it is compressed (1 byte), then ciphertext and tag.
/// Its number is the nonce; the header's hash, the number and the method are authenticated with it, so that pieces can neither be
/// changed nor change places, in one file or between two.
/// </summary>
internal sealed class ChunkCodec(ArchiveHeader header) : IDisposable
{
    /// <summary>Bytes of a piece before compression, at most. No piece is ever unpacked to more.</summary>
    public const int PlainBytes = 1 << 20;

    public const int PrefixBytes = sizeof(int) + 1;

    private const int NonceBytes = 12;

    private readonly AesGcm _cipher = new(header.Key, ArchiveHeader.TagBytes);

    private enum Method : byte
    {
        Stored,
        Deflated,
    }

    /// <summary>The piece as it is written, prefix and all.</summary>
    public byte[] Pack(long number, ReadOnlySpan<byte> plain)
    {
        var (method, body) = (Method.Deflated, Deflate(plain));
        if (body.Length >= plain.Length)
        {
            (method, body) = (Method.Stored, plain.ToArray());
        }

        var packed = new byte[PrefixBytes + body.Length + ArchiveHeader.TagBytes];
        BinaryPrimitives.WriteInt32LittleEndian(packed, body.Length);
        packed[sizeof(int)] = (byte)method;
        lock (_cipher)
        {
            _cipher.Encrypt(NonceOf(number), body, packed.AsSpan(PrefixBytes, body.Length), packed.AsSpan(PrefixBytes + body.Length), BoundTo(number, method));
        }

        return packed;
    }

    /// <summary>How many bytes follow this prefix; null where no piece begins so.</summary>
    public static int? LengthAfter(ReadOnlySpan<byte> prefix) =>
        BinaryPrimitives.ReadInt32LittleEndian(prefix) is var length and >= 0 and <= PlainBytes && prefix[sizeof(int)] <= (byte)Method.Deflated
            ? length + ArchiveHeader.TagBytes
            : null;

    /// <summary>What was packed; null where the piece is damaged or another one.</summary>
    public byte[]? TryUnpack(long number, ReadOnlySpan<byte> packed)
    {
        var method = (Method)packed[sizeof(int)];
        var rest = packed[PrefixBytes..];
        var body = new byte[rest.Length - ArchiveHeader.TagBytes];
        try
        {
            lock (_cipher)
            {
                _cipher.Decrypt(NonceOf(number), rest[..body.Length], rest[body.Length..], body, BoundTo(number, method));
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return method == Method.Stored ? body : Inflate(body);
    }

    public void Dispose() => _cipher.Dispose();

    private static byte[] NonceOf(long number)
    {
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        return nonce;
    }

    private byte[] BoundTo(long number, Method method) => [.. header.Hash, .. BitConverter.GetBytes(number), (byte)method];

    private static byte[] Deflate(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream(plain.Length / 2);
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(plain);
        }

        return packed.ToArray();
    }

    /// <summary>A piece of a bomb is no piece: it ends at the largest that is ever written.</summary>
    private static byte[]? Inflate(byte[] body)
    {
        using var deflate = new DeflateStream(new MemoryStream(body), CompressionMode.Decompress);
        var plain = new byte[PlainBytes + 1];
        try
        {
            var length = deflate.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            return length > PlainBytes ? null : plain[..length];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

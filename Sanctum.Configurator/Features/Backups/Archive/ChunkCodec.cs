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
    public Rented Pack(long number, ReadOnlySpan<byte> plain)
    {
        var packed = Rented.Of(PrefixBytes + MostDeflated(plain.Length) + ArchiveHeader.TagBytes);
        var (method, length) = (Method.Deflated, Deflate(plain, packed));
        if (length >= plain.Length)
        {
            (method, length) = (Method.Stored, plain.Length);
            plain.CopyTo(packed.Array.AsSpan(PrefixBytes));
        }

        BinaryPrimitives.WriteInt32LittleEndian(packed.Array, length);
        packed.Array[sizeof(int)] = (byte)method;
        var body = packed.Array.AsSpan(PrefixBytes, length);
        var tag = packed.Array.AsSpan(PrefixBytes + length, ArchiveHeader.TagBytes);
        lock (_cipher)
        {
            _cipher.Encrypt(NonceOf(number), body, body, tag, BoundTo(number, method));
        }

        return packed with
        {
            Length = PrefixBytes + length + ArchiveHeader.TagBytes,
        };
    }

    /// <summary>How many bytes follow this prefix; null where no piece begins so.</summary>
    public static int? LengthAfter(ReadOnlySpan<byte> prefix) =>
        BinaryPrimitives.ReadInt32LittleEndian(prefix) is var length and >= 0 and <= PlainBytes
        && prefix[sizeof(int)] <= (byte)Method.Deflated
            ? length + ArchiveHeader.TagBytes
            : null;

    /// <summary>What was packed; null where the piece is damaged or another one.</summary>
    /// <param name="packed">Decrypted in its place.</param>
    public Rented? TryUnpack(long number, Rented packed)
    {
        var method = (Method)packed.Array[sizeof(int)];
        var body = packed.Array.AsSpan(PrefixBytes, packed.Length - PrefixBytes - ArchiveHeader.TagBytes);
        try
        {
            lock (_cipher)
            {
                _cipher.Decrypt(NonceOf(number), body, packed.Span[^ArchiveHeader.TagBytes..], body, BoundTo(number, method));
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        if (method == Method.Deflated)
        {
            return Inflate(packed.Array, body.Length);
        }

        var plain = Rented.Of(body.Length);
        body.CopyTo(plain.Array);
        return plain;
    }

    public void Dispose() => _cipher.Dispose();

    private static byte[] NonceOf(long number)
    {
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        return nonce;
    }

    private byte[] BoundTo(long number, Method method) => [.. header.Hash, .. BitConverter.GetBytes(number), (byte)method];

    /// <summary>What does not compress becomes longer: the fixed codes of deflate take up to nine bits for a byte.</summary>
    private static int MostDeflated(int length) => length + (length / 8) + 1024;

    private static int Deflate(ReadOnlySpan<byte> plain, Rented target)
    {
        using var packed = new MemoryStream(target.Array, PrefixBytes, MostDeflated(plain.Length));
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(plain);
        }

        return (int)packed.Position;
    }

    /// <summary>A piece of a bomb is no piece: it ends at the largest that is ever written.</summary>
    private static Rented? Inflate(byte[] packed, int length)
    {
        using var deflate = new DeflateStream(new MemoryStream(packed, PrefixBytes, length), CompressionMode.Decompress);
        var plain = Rented.Of(PlainBytes);
        try
        {
            plain = plain with { Length = deflate.ReadAtLeast(plain.Array.AsSpan(0, PlainBytes), PlainBytes, throwOnEndOfStream: false) };
            if (plain.Length < PlainBytes || deflate.ReadByte() < 0)
            {
                return plain;
            }
        }
        catch (InvalidDataException)
        {
            // As much a damaged piece as one that is too large.
        }

        plain.Dispose();
        return null;
    }
}

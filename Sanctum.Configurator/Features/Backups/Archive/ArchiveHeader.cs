using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>
/// The first bytes of a backup file: the mark, the header's length and the header, as JSON. Everything after it is encrypted with
/// AES-256-GCM under a key made for this one file, and bound to the header's hash, so that no byte of the file can change unseen.
/// The key stands in the header, sealed under the passphrase where there is one and in the clear where there is none.
/// </summary>
internal sealed class ArchiveHeader
{
    public const int Format = 1;
    public const int TagBytes = 16;

    private const int KeyBytes = 32;
    private const int SaltBytes = 16;
    private const int NonceBytes = 12;
    private const int LongestHeader = 4096;

    /// <summary>OWASP's count for PBKDF2 with SHA-256, as of 2023. Files carry their own, within these bounds.</summary>
    private const int Iterations = 600_000;

    /// <summary>
    /// A file says how long its maker wants this console to work before anything of it is known to be true: no more than twice what ours
    /// take.
    /// </summary>
    internal const int MostIterations = 2 * Iterations;

    private static readonly byte[] Mark = "SANCTUM\x01"u8.ToArray();

    private ArchiveHeader(byte[] bytes, byte[] key, Guid id, byte[]? salt) =>
        (Bytes, Hash, Key, Id, Salt) = (bytes, SHA256.HashData(bytes), key, id, salt);

    /// <summary>The header as it stands in the file, from its first byte.</summary>
    public byte[] Bytes { get; }

    public byte[] Hash { get; }

    public byte[] Key { get; }

    public Guid Id { get; }

    /// <summary>What the passphrase is salted with; null where none is needed.</summary>
    public byte[]? Salt { get; }

    /// <param name="salt">The salt of the file that this one continues; null for a new one.</param>
    public static ArchiveHeader New(Guid id, PassphraseKeys? keys, byte[]? salt = null)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        salt = keys is null ? null : salt ?? RandomNumberGenerator.GetBytes(SaltBytes);
        var said = keys is null || salt is null ? new Said(Format, id, Convert.ToBase64String(key)) : Seal(id, key, keys, salt);
        var json = JsonSerializer.SerializeToUtf8Bytes(said, Manifest.Json);
        var bytes = new byte[Mark.Length + sizeof(int) + json.Length];
        Mark.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Mark.Length), json.Length);
        json.CopyTo(bytes, Mark.Length + sizeof(int));
        return new(bytes, key, id, salt);
    }

    /// <summary>Whether the file asks for a passphrase.</summary>
    /// <exception cref="ArchiveDamagedException">It is no backup, or a newer one.</exception>
    public static bool NeedsPassphrase(Stream file) => Read(file).Said.Salt is not null;

    /// <summary>The id of a backup file; null where it is none that this console reads.</summary>
    public static Guid? FindId(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Read(file).Said.Id;
        }
        catch (Exception e) when (e is ArchiveDamagedException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <exception cref="ArchiveDamagedException">It is no backup, a newer one, or not opened by this passphrase.</exception>
    public static ArchiveHeader Read(Stream file, PassphraseKeys? keys)
    {
        var (bytes, said) = Read(file);
        if (said.Salt is null)
        {
            return new(bytes, Bytes64(said.Key, KeyBytes), said.Id, salt: null);
        }

        if (keys is null)
        {
            throw new ArchiveDamagedException("This backup is encrypted. Enter its passphrase.");
        }

        if (said.Iterations is not (> 0 and <= MostIterations))
        {
            throw said.Iterations > MostIterations
                ? new ArchiveDamagedException(
                    $"It requires {said.Iterations} PBKDF2 iterations; the limit is {MostIterations}. It was not made by this console."
                )
                : Damaged();
        }

        var salt = Bytes64(said.Salt, SaltBytes);
        var key =
            keys.KeysFor(salt, said.Iterations.Value).Select(key => TryOpen(said, key)).FirstOrDefault(opened => opened is not null)
            ?? throw new ArchiveDamagedException("The passphrase is wrong, or the beginning of the file is damaged.");
        return new(bytes, key, said.Id, salt);
    }

    private static (byte[] Bytes, Said Said) Read(Stream file)
    {
        var start = new byte[Mark.Length + sizeof(int)];
        file.Position = 0;
        if (
            file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length
            || !start.AsSpan(0, Mark.Length - 1).SequenceEqual(Mark.AsSpan(0, Mark.Length - 1))
        )
        {
            throw new ArchiveDamagedException("This is not a backup of Sanctum Configurator.");
        }

        if (start[Mark.Length - 1] != Mark[^1])
        {
            throw new ArchiveDamagedException("This backup was made by a newer console. Update this one to restore it.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(Mark.Length));
        if (length is < 2 or > LongestHeader)
        {
            throw Damaged();
        }

        var bytes = new byte[start.Length + length];
        start.CopyTo(bytes, 0);
        if (file.ReadAtLeast(bytes.AsSpan(start.Length), length, throwOnEndOfStream: false) < length)
        {
            throw Damaged();
        }

        try
        {
            return (
                bytes,
                JsonSerializer.Deserialize<Said>(bytes.AsSpan(start.Length), Manifest.Json) is { Format: Format } said
                    ? said
                    : throw Damaged()
            );
        }
        catch (JsonException e)
        {
            throw Damaged(e);
        }
    }

    private static Said Seal(Guid id, byte[] key, PassphraseKeys keys, byte[] salt)
    {
        using var cipher = new AesGcm(keys.KeyFor(salt, Iterations), TagBytes);
        var sealedKey = new byte[NonceBytes + KeyBytes + TagBytes];
        RandomNumberGenerator.Fill(sealedKey.AsSpan(0, NonceBytes));
        cipher.Encrypt(
            sealedKey.AsSpan(0, NonceBytes),
            key,
            sealedKey.AsSpan(NonceBytes, KeyBytes),
            sealedKey.AsSpan(NonceBytes + KeyBytes),
            id.ToByteArray()
        );
        return new(Format, id, Convert.ToBase64String(sealedKey), Convert.ToBase64String(salt), Iterations);
    }

    private static byte[]? TryOpen(Said said, byte[] passphraseKey)
    {
        var sealedKey = Bytes64(said.Key, NonceBytes + KeyBytes + TagBytes);
        using var cipher = new AesGcm(passphraseKey, TagBytes);
        var key = new byte[KeyBytes];
        try
        {
            cipher.Decrypt(
                sealedKey.AsSpan(0, NonceBytes),
                sealedKey.AsSpan(NonceBytes, KeyBytes),
                sealedKey.AsSpan(NonceBytes + KeyBytes),
                key,
                said.Id.ToByteArray()
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return key;
    }

    private static byte[] Bytes64(string text, int length)
    {
        var bytes = new byte[length];
        return Convert.TryFromBase64String(text, bytes, out var written) && written == length ? bytes : throw Damaged();
    }

    private static ArchiveDamagedException Damaged(Exception? inner = null) => new("The beginning of the file is damaged.", inner: inner);

    private sealed record Said(int Format, Guid Id, string Key, string? Salt = null, int? Iterations = null);
}

using System.Security.Cryptography;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>
/// Encrypts the secrets of one exported file under a passphrase: <c>enc:v1:</c> and, in base64, salt, nonce, tag and ciphertext of
/// AES-256-GCM. The column's name is bound in, so that two values can't be swapped.
/// </summary>
internal sealed class PassphraseBox : IDisposable
{
    public const string Prefix = "enc:v1:";

    private const int Iterations = 600_000;
    private const int SaltBytes = 16;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    private readonly byte[] _salt;
    private readonly AesGcm _cipher;

    private PassphraseBox(string passphrase, byte[] salt)
    {
        _salt = salt;
        var key = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, Iterations, HashAlgorithmName.SHA256, KeyBytes);
        _cipher = new(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
    }

    public static bool IsSealed(string? text) => text?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <exception cref="ArgumentException">The passphrase is blank.</exception>
    public static PassphraseBox New(string passphrase)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(passphrase);
        return new(Passphrases.FormOf(passphrase), RandomNumberGenerator.GetBytes(SaltBytes));
    }

    /// <summary>The boxes of which one sealed this text, where the passphrase is the same; none where the text is no such text.</summary>
    public static IEnumerable<PassphraseBox> Of(string passphrase, byte[] envelope) =>
        envelope.Length < SaltBytes + NonceBytes + TagBytes
            ? []
            : Passphrases.FormsOf(passphrase).Select(form => new PassphraseBox(form, envelope[..SaltBytes]));

    public static byte[]? EnvelopeOf(string text)
    {
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text[Prefix.Length..], buffer, out var length) ? buffer[..length] : null;
    }

    public bool HasSaltOf(byte[] envelope) => envelope.AsSpan().StartsWith(_salt);

    public string Seal(string secret, string column)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var envelope = new byte[SaltBytes + NonceBytes + TagBytes + plain.Length];
        _salt.CopyTo(envelope, 0);
        var nonce = envelope.AsSpan(SaltBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        _cipher.Encrypt(
            nonce,
            plain,
            envelope.AsSpan(SaltBytes + NonceBytes + TagBytes),
            envelope.AsSpan(SaltBytes + NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(column)
        );
        return Prefix + Convert.ToBase64String(envelope);
    }

    public string? TryOpen(byte[] envelope, string column)
    {
        var sealedText = envelope.AsSpan(SaltBytes + NonceBytes + TagBytes);
        var plain = new byte[sealedText.Length];
        try
        {
            _cipher.Decrypt(
                envelope.AsSpan(SaltBytes, NonceBytes),
                sealedText,
                envelope.AsSpan(SaltBytes + NonceBytes, TagBytes),
                plain,
                Encoding.UTF8.GetBytes(column)
            );
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose() => _cipher.Dispose();
}

/// <summary>Opens the encrypted values of one file. It derives keys once for each salt, which is slow on purpose.</summary>
internal sealed class PassphraseOpener(string? passphrase) : IDisposable
{
    private readonly List<PassphraseBox> _boxes = [];

    public bool HasPassphrase => passphrase is not null;

    public bool TryOpen(string text, string column, out string? secret)
    {
        secret = null;
        if (passphrase is null || PassphraseBox.EnvelopeOf(text) is not { } envelope)
        {
            return false;
        }

        if (!_boxes.Exists(box => box.HasSaltOf(envelope)))
        {
            _boxes.AddRange(PassphraseBox.Of(passphrase, envelope));
        }

        secret = _boxes
            .Where(box => box.HasSaltOf(envelope))
            .Select(box => box.TryOpen(envelope, column))
            .FirstOrDefault(opened => opened is not null);
        return secret is not null;
    }

    public void Dispose() => _boxes.ForEach(b => b.Dispose());
}

using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>
/// The keys made of one passphrase. Making one is slow on purpose; the files of a chain share theirs, so that it is made once.
/// </summary>
internal sealed class PassphraseKeys
{
    private const int KeyBytes = 32;

    private readonly string _passphrase;
    private readonly Dictionary<(string Salt, int Iterations), byte[]> _keys = [];

    private PassphraseKeys(string passphrase) => _passphrase = passphrase;

    /// <summary>Null for no passphrase.</summary>
    public static PassphraseKeys? Of(string? passphrase) => string.IsNullOrEmpty(passphrase) ? null : new(passphrase);

    /// <summary>The key by PBKDF2 with SHA-256.</summary>
    public byte[] KeyFor(byte[] salt, int iterations)
    {
        var made = (Convert.ToHexString(salt), iterations);
        lock (_keys)
        {
            if (!_keys.TryGetValue(made, out var key))
            {
                _keys[made] = key = Rfc2898DeriveBytes.Pbkdf2(_passphrase, salt, iterations, HashAlgorithmName.SHA256, KeyBytes);
            }

            return key;
        }
    }
}

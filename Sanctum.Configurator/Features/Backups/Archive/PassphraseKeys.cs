using System.Security.Cryptography;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>
/// The keys made of one passphrase. Making one is slow on purpose; the files of a chain share theirs, so that it is made once.
/// </summary>
internal sealed class PassphraseKeys
{
    private const int KeyBytes = 32;

    private readonly IReadOnlyList<string> _forms;
    private readonly Dictionary<(string Form, string Salt, int Iterations), byte[]> _keys = [];

    private PassphraseKeys(string passphrase) => _forms = Passphrases.FormsOf(passphrase);

    /// <summary>Null for no passphrase.</summary>
    public static PassphraseKeys? Of(string? passphrase) => string.IsNullOrEmpty(passphrase) ? null : new(passphrase);

    /// <summary>The key by PBKDF2 with SHA-256, to lock something with.</summary>
    public byte[] KeyFor(byte[] salt, int iterations) => KeyFor(_forms[0], salt, iterations);

    /// <summary>The keys that may open something, the likely one first; each is made when it is asked for.</summary>
    public IEnumerable<byte[]> KeysFor(byte[] salt, int iterations) => _forms.Select(form => KeyFor(form, salt, iterations));

    private byte[] KeyFor(string form, byte[] salt, int iterations)
    {
        var made = (form, Convert.ToHexString(salt), iterations);
        lock (_keys)
        {
            if (!_keys.TryGetValue(made, out var key))
            {
                _keys[made] = key = Rfc2898DeriveBytes.Pbkdf2(form, salt, iterations, HashAlgorithmName.SHA256, KeyBytes);
            }

            return key;
        }
    }
}

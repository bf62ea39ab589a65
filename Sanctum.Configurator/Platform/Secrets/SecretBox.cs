using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Platform.Secrets;

/// <summary>Where a secret lives. The ciphertext is bound to it: put elsewhere, it does not open.</summary>
public readonly record struct SecretPlace(string Table, string Column, string Row);

/// <summary>
/// Seals secrets for the registry with ASP.NET Core Data Protection. A sealed text starts with <see cref="Prefix"/>; any other text
/// in a secret column was written in the clear by another program.
/// </summary>
public sealed class SecretBox(IDataProtectionProvider keys, IOptions<SecretOptions> options)
{
    public const string Prefix = "sealed:v1:";

    /// <summary>The operator chose to keep secrets readable for other programs; see <see cref="SecretOptions.SecretsAsText"/>.</summary>
    public bool KeepsText => options.Value.SecretsAsText;

    public static bool IsSealed(string? stored) => stored?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>What to store for a secret: ciphertext, or the secret itself where the operator chose text, or null for none.</summary>
    public string? Seal(string? secret, SecretPlace place) =>
        string.IsNullOrEmpty(secret) ? null
        : KeepsText ? secret
        : Prefix + KeyFor(place).Protect(secret);

    /// <summary>The secret behind what is stored.</summary>
    /// <exception cref="SecretUnreadableException">The key ring that sealed it is gone, or the text was moved or damaged.</exception>
    public string? Open(string? stored, SecretPlace place)
    {
        if (!IsSealed(stored))
        {
            return string.IsNullOrEmpty(stored) ? null : stored;
        }

        try
        {
            return KeyFor(place).Unprotect(stored![Prefix.Length..]);
        }
        catch (CryptographicException e)
        {
            throw new SecretUnreadableException(place, e);
        }
    }

    private IDataProtector KeyFor(SecretPlace place) => keys.CreateProtector("Sanctum.Secret", place.Table, place.Column, place.Row);
}

/// <summary>Options of section "Registry" that concern secrets.</summary>
public sealed class SecretOptions
{
    public const string Section = "Registry";

    /// <summary>Keeps API keys and tokens as plain text in the registry, for other programs that read them there. Off by default.</summary>
    public bool SecretsAsText { get; set; }
}

/// <summary>A secret is stored but can't be opened: its key ring is missing, or the text was moved or damaged.</summary>
public sealed class SecretUnreadableException(SecretPlace place, Exception inner)
    : Exception(
        $"The secret in {place.Table}.{place.Column} can't be decrypted with this key ring. Restore the keys folder or replace the secret.",
        inner
    );

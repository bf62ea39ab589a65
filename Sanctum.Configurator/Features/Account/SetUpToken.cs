using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Account;

/// <summary>The one token of the set-up link. It lives as long as the process and is known here by its hash only.</summary>
public sealed class SetUpToken
{
    private volatile string? _hash;

    /// <summary>A new token; an older one is worthless from now on.</summary>
    public string Make()
    {
        var token = Tokens.New();
        _hash = Tokens.HashOf(token);
        return token;
    }

    public bool Matches(string? token) =>
        _hash is { } hash
        && token is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(Tokens.HashOf(token)));

    public void Spend() => _hash = null;
}

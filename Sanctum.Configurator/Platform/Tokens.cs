using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sanctum.Configurator.Platform;

/// <summary>Random texts that prove something: sessions, API keys, the set-up link. Only their hash is ever stored.</summary>
public static class Tokens
{
    /// <summary>256 random bits, fit for addresses, headers and cookies.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256 in hex. No salt: the tokens are long and random, and are found by their hash.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

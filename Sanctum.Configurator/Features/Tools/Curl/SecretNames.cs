namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>Names whose values are secrets, however their words are joined: api_key, X-Api-Key, apiKey.</summary>
public static class SecretNames
{
    private static readonly string[] Parts =
    [
        "token",
        "secret",
        "password",
        "passwd",
        "passphrase",
        "passcode",
        "apikey",
        "accesskey",
        "privatekey",
        "secretkey",
        "subscriptionkey",
        "authkey",
        "masterkey",
        "servicekey",
        "licensekey",
        "encryptionkey",
        "signingkey",
        "credential",
        "signature",
        "sessionid",
        "cookie",
        "bearer",
        "jwt",
        "authorization",
    ];

    private static readonly string[] Whole = ["key", "auth", "pwd", "pass", "sig", "sid", "pin", "otp", "xauth"];

    // Numbers and kinds of tokens, and where a page goes on, are no secrets.
    private static readonly string[] Exceptions =
    [
        "tokens",
        "tokentype",
        "tokencount",
        "tokenlimit",
        "tokenizer",
        "pagetoken",
        "tokenbudget",
        "tokenendpoint",
        "tokenurl",
    ];

    public static bool IsHeader(string name) => Is(name);

    public static bool IsField(string name) => name.Length > 0 && Is(name);

    /// <summary>$TOKEN, %TOKEN%, {{token}}, &lt;token&gt;, YOUR_TOKEN, ***: stands for a value that is not here.</summary>
    public static bool IsVariable(ReadOnlySpan<char> value)
    {
        var bare = value.Trim();
        return bare is ['$', _, ..] or ['{', .., '}'] or ['<', .., '>'] or ['%', _, .., '%'] or ['[', .., ']']
            || bare.StartsWith("YOUR", StringComparison.OrdinalIgnoreCase)
            || (bare.Length > 2 && !bare.ContainsAnyExcept("*x.…"));
    }

    private static bool Is(string name)
    {
        if (name.Length > 100)
        {
            return false;
        }

        var plain = string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return (Whole.Contains(plain) || Parts.Any(part => plain.Contains(part, StringComparison.Ordinal)))
            && !Exceptions.Any(exception => plain.EndsWith(exception, StringComparison.Ordinal));
    }
}

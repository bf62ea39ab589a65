namespace Sanctum.Configurator.Platform.Passwords;

/// <summary>Keys and passwords that stand in the public source of the older configurator: whoever can read knows them.</summary>
public static class PublishedDefaults
{
    private static readonly HashSet<string> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        "ObeyG1ant",
        "FreeUkra1ne",
        "your-secret-key-here",
    };
    private static readonly string[] Passwords = ["admin123", "changeme123"];

    public static bool IsKey(string value) => Keys.Contains(value.Trim());

    /// <summary>The passwords that everybody would try at this name.</summary>
    public static IEnumerable<string> PasswordsOf(string userName) => [.. Passwords, userName];

    public static bool IsPassword(string password, string? userName) =>
        Passwords.Contains(password, StringComparer.Ordinal) || string.Equals(password, userName, StringComparison.OrdinalIgnoreCase);
}

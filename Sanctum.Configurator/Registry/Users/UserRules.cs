namespace Sanctum.Configurator.Registry.Users;

/// <summary>What holds for users whoever makes or changes them.</summary>
public static class UserRules
{
    public const int NameLength = 64;

    /// <summary>Names that can be typed, sorted and logged without surprise.</summary>
    public const string NamePattern = @"^[A-Za-z0-9][A-Za-z0-9._@+\-]{1,63}$";

    public const string NameHelp = "2 to 64 letters, digits and . _ - @ +, beginning with a letter or digit";

    public const string LastKeeper = "This is the last active administrator who can sign in. Create another one first.";

    /// <summary>Rounds of PBKDF2 with SHA-512, as OWASP advises.</summary>
    public const int HashRounds = 210_000;
}

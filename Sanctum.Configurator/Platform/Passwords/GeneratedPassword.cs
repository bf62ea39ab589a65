using System.Security.Cryptography;

namespace Sanctum.Configurator.Platform.Passwords;

/// <summary>A random password for people to read off and type.</summary>
public static class GeneratedPassword
{
    private const int Groups = 5;
    private const int InGroup = 4;

    /// <summary>Nothing that looks like something else: no 0 and o, no 1, i and l.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>99 random bits that <see cref="PasswordRules"/> accept for a person with these names.</summary>
    public static string New(params IEnumerable<string?> names)
    {
        string password;
        do
        {
            password = string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Letters, InGroup)));
        } while (PasswordRules.Refuse(password, names) is not null);

        return password;
    }
}

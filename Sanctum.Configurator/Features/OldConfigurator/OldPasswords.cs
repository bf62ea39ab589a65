using Sanctum.Configurator.Platform.Passwords;

namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>Decides which of the old passwords go on.</summary>
internal static class OldPasswords
{
    private const string SetOne = "Imported without a password; can't sign in until an administrator sets one";

    /// <summary>
    /// Rounds of bcrypt for the whole file, about half a minute. Users beyond it keep a password that was not compared with the published
    /// ones; signing in compares it.
    /// </summary>
    public const long Budget = 1 << 18;

    public static OldContent Judge(OldContent content, long budget, CancellationToken cancel)
    {
        var left = budget;
        return content with { Users = [.. content.Users.Select(user => Judge(user, ref left, cancel))] };
    }

    private static OldUser Judge(OldUser user, ref long left, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(user.PasswordHash))
        {
            return Without(user, $"{SetOne}: the old file has no password.");
        }

        if (Bcrypt.CostOf(user.PasswordHash) is not { } cost)
        {
            return Without(user, $"{SetOne}: the format of the old password hash is not supported.");
        }

        if (cost > Bcrypt.HighestCost)
        {
            return Without(
                user,
                $"{SetOne}: checking the old password would take too long (bcrypt cost {cost}; at most {Bcrypt.HighestCost})."
            );
        }

        foreach (var published in PublishedDefaults.PasswordsOf(user.UserName))
        {
            cancel.ThrowIfCancellationRequested();
            if ((left -= 1L << cost) < 0)
            {
                return user with
                {
                    PasswordNote =
                        "Keeps the old password. It was not compared with published passwords, because there are too many users; published ones are refused at sign-in.",
                };
            }

            if (Bcrypt.Verify(published, user.PasswordHash))
            {
                return Without(user, $"Compromised: the old password is a published default or the user name. {SetOne}.");
            }
        }

        return user;
    }

    private static OldUser Without(OldUser user, string note) => user with { PasswordHash = null, PasswordNote = note };
}

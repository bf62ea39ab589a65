using Microsoft.AspNetCore.Identity;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Registry.Users;

/// <summary>Asks the person in front of a page for the password again. Wrong ones count towards the account's lockout.</summary>
public sealed class Reauthentication(UserManager<User> users, CurrentActor actor)
{
    /// <returns>Why it was refused, or null where it was right.</returns>
    public async Task<string?> RefuseAsync(string password, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (actor.Value.UserId is not { } id || await users.FindByIdAsync($"{id}") is not { } user)
        {
            return "Your account is no longer there. Sign in again.";
        }

        if (await users.IsLockedOutAsync(user))
        {
            return "Too many wrong passwords. Wait a quarter of an hour and try again.";
        }

        if (await users.CheckPasswordAsync(user, password))
        {
            await users.ResetAccessFailedCountAsync(user);
            return null;
        }

        await users.AccessFailedAsync(user);
        return "That is not your password.";
    }
}

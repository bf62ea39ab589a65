using Microsoft.AspNetCore.Identity;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>
/// Asks somebody who is known already for the password again: the person in front of a page, or the owner of a key. A try counts before
/// it is judged, as at signing in, but he is told what is wrong: he knows his own name.
/// </summary>
public sealed partial class Reauthentication(
    IDbContextFactory<RegistryDbContext> registries,
    IPasswordHasher<User> hasher,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<Reauthentication> log
)
{
    /// <returns>Why it was refused, or null where it was right.</returns>
    public async Task<string?> RefuseAsync(string password, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var id = caller.Actor.UserId;
        var account = registry.Users.Where(u => u.Id == id);
        if (await account.AsNoTracking().SingleOrDefaultAsync(cancel) is not { IsActive: true } user)
        {
            return "Your account was deleted or deactivated. Sign in again.";
        }

        if (user.PasswordHash is not { } hash)
        {
            return "Your account has no password yet. An administrator can set one under Users.";
        }

        if (!await account.CountAsync(clock.GetUtcNow(), cancel))
        {
            return "Too many wrong passwords. Try again in 15 minutes.";
        }

        if (hasher.VerifyHashedPassword(user, hash, password) == PasswordVerificationResult.Failed)
        {
            LogRefused(user.Id);
            return "The current password is wrong. An account is locked for 15 minutes after five failed attempts.";
        }

        await account.ForgiveAsync(cancel);
        return null;
    }

    [LoggerMessage(LogLevel.Warning, "The password of user {UserId} was refused where it was asked for again")]
    private partial void LogRefused(int userId);
}

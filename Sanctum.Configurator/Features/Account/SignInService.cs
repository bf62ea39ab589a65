using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>Decides whether a name and a password belong together.</summary>
public sealed partial class SignInService(
    IDbContextFactory<RegistryDbContext> registries,
    IPasswordHasher<User> hasher,
    DummyPasswordHash nobody,
    TimeProvider clock,
    ILogger<SignInService> log
)
{
    /// <summary>The one answer to everybody who isn't let in, whatever the reason.</summary>
    public const string Refusal =
        "Wrong user name or password, or the account is locked. An account is locked for 15 minutes after five failed attempts.";

    private static readonly User Nobody = new();

    /// <summary>
    /// The user, or null. Unknown, locked, inactive and password-less names cost the same work as a wrong password: one counting
    /// statement, one read, one verification of a hash.
    /// </summary>
    public async Task<User?> CheckAsync(string userName, string password, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var key = User.KeyOf(userName);
        var isOpen = await registry.Users.Where(u => u.NormalizedUserName == key).CountAsync(clock.GetUtcNow(), cancel);
        var user = await registry.Users.SingleOrDefaultAsync(u => u.NormalizedUserName == key, cancel);
        var hash = user?.PasswordHash ?? nobody.Hash;
        var verdict = hasher.VerifyHashedPassword(user ?? Nobody, hash, password);
        if (verdict == PasswordVerificationResult.Failed || user is not { PasswordHash: not null, IsActive: true } || !isOpen)
        {
            LogRefused(user?.Id ?? 0);
            return null;
        }

        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            user.PasswordHash = hasher.HashPassword(user, password);
            await registry.SaveChangesAsync(cancel);
        }

        var now = clock.GetUtcNow();
        await registry
            .Users.Where(u => u.Id == user.Id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(u => u.AccessFailedCount, 0)
                        .SetProperty(u => u.LockoutEnd, (DateTimeOffset?)null)
                        .SetProperty(u => u.LastLogin, now),
                cancel
            );
        LogSignedIn(user.Id);
        return user;
    }

    [LoggerMessage(LogLevel.Warning, "The password of user {UserId} was refused (0: no such user)")]
    private partial void LogRefused(int userId);

    [LoggerMessage(LogLevel.Information, "User {UserId} signed in")]
    private partial void LogSignedIn(int userId);
}

/// <summary>
/// A hash that no password opens, verified where there is none. Made once, before anybody asks: making it costs as much as verifying it.
/// </summary>
public sealed class DummyPasswordHash(IOptions<PasswordHasherOptions> options)
{
    public string Hash { get; } = new PasswordHasher<User>(options).HashPassword(new(), Tokens.New());
}

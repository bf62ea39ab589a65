using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>How often a password may be tried, whoever asks for it: signing in, or asking again who somebody is.</summary>
public static class PasswordTries
{
    public const int Allowed = 5;

    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Counts the try before it is judged, in one statement: of many tries at once, no more than allowed see the password. The last
    /// allowed one locks; if it is right, <see cref="ForgiveAsync"/> takes the lock off again.
    /// </summary>
    /// <returns>Whether the account was open for this try.</returns>
    public static async Task<bool> CountAsync(this IQueryable<User> account, DateTimeOffset now, CancellationToken cancel)
    {
        DateTimeOffset? until = now + LockedFor;
        return await account
                .Where(u => u.LockoutEnd == null || u.LockoutEnd <= now)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(u => u.LockoutEnd, u => u.AccessFailedCount + 1 >= Allowed ? until : u.LockoutEnd)
                            .SetProperty(u => u.AccessFailedCount, u => u.AccessFailedCount + 1 >= Allowed ? 0 : u.AccessFailedCount + 1),
                    cancel
                ) == 1;
    }

    /// <summary>The password was right: what was counted is forgotten.</summary>
    public static Task ForgiveAsync(this IQueryable<User> account, CancellationToken cancel) =>
        account.ExecuteUpdateAsync(
            set => set.SetProperty(u => u.AccessFailedCount, 0).SetProperty(u => u.LockoutEnd, (DateTimeOffset?)null),
            cancel
        );
}

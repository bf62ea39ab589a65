using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>What is asked of users in the unit of work that is about to change them.</summary>
public static class UserQueries
{
    /// <summary>Whether somebody else than this user can sign in and manage the console.</summary>
    public static Task<bool> HasKeeperBesideAsync(this RegistryDbContext registry, int userId, CancellationToken cancel) =>
        registry.Users.AnyAsync(u => u.Id != userId && u.Role == UserRole.Admin && u.IsActive && u.PasswordHash != null, cancel);

    /// <summary>Ends the sessions of a user by taking their rows away; saved with whatever else the unit of work holds.</summary>
    public static async Task RemoveSessionsAsync(
        this RegistryDbContext registry,
        int userId,
        CancellationToken cancel,
        int? except = null
    ) => registry.Sessions.RemoveRange(await registry.Sessions.Where(s => s.UserId == userId && s.Id != (except ?? 0)).ToListAsync(cancel));
}

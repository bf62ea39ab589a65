using Microsoft.AspNetCore.Identity;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Users;

/// <summary>
/// Lets people in again from a shell on the machine. It asks for no permission: whoever is there has the database anyway. A console that
/// is running notices within two seconds, as it does with every other program.
/// </summary>
internal sealed class UserRecovery(IDbContextFactory<RegistryDbContext> registries, IPasswordHasher<User> hasher, TimeProvider clock)
{
    public async Task<IReadOnlyList<UserRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var users = await registry.Users.AsNoTracking().OrderBy(u => u.NormalizedUserName).ThenBy(u => u.Id).ToListAsync(cancel);
        return [.. users.Select(user => UserRow.Of(user, clock.GetUtcNow()))];
    }

    /// <summary>Gives the user another password, which also ends a lockout and all his sessions.</summary>
    /// <param name="isActivated">Activates an inactive user.</param>
    public Task<UserRow> ResetPasswordAsync(int id, string password, bool isActivated, CancellationToken cancel) =>
        WriteAsync(
            id,
            async (registry, user) =>
            {
                user.TakePassword(hasher.HashPassword(user, password));
                user.IsActive |= isActivated;
                await registry.RemoveSessionsAsync(id, cancel);
            },
            cancel
        );

    /// <summary>Gives the user another role; open pages follow it.</summary>
    /// <exception cref="InvalidOperationException">Nobody could manage the console any more.</exception>
    public Task<UserRow> SetRoleAsync(int id, UserRole role, CancellationToken cancel) =>
        WriteAsync(
            id,
            async (registry, user) =>
            {
                var wasKeeper = user.IsKeeper();
                user.Role = role;
                if (wasKeeper && !user.IsKeeper() && !await registry.HasKeeperBesideAsync(id, cancel))
                {
                    throw new InvalidOperationException(UserRules.LastKeeper);
                }
            },
            cancel
        );

    /// <summary>One unit of work in which nobody else writes.</summary>
    private async Task<UserRow> WriteAsync(int id, Func<RegistryDbContext, User, Task> change, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var user = await registry.Users.SingleAsync(u => u.Id == id, cancel);
        await change(registry, user);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        return UserRow.Of(user, clock.GetUtcNow());
    }
}

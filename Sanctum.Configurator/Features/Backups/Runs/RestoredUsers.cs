using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Users that come out of a backup are whole: found by the names that they have now, known to nobody who was signed in before, and free of
/// a lockout of that time.
/// </summary>
internal static class RestoredUsers
{
    public static async Task MakeWholeAsync(RegistryDbContext staged, CancellationToken cancel)
    {
        staged.ChangeTracker.DetectChanges();
        foreach (
            var row in staged
                .ChangeTracker.Entries<User>()
                .Where(row => row.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
                .ToList()
        )
        {
            var user = row.Entity;
            await staged.RemoveSessionsAsync(user.Id, cancel);
            if (row.State != EntityState.Deleted)
            {
                user.CallThem(user.UserName ?? "", user.Name, user.Email);
                (user.ConcurrencyStamp, user.AccessFailedCount, user.LockoutEnd, user.LockoutEnabled) = (
                    Guid.NewGuid().ToString(),
                    0,
                    null,
                    true
                );
                user.EndSessions();
            }
        }
    }
}

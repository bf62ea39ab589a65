namespace Sanctum.Configurator.Features.Users;

/// <summary>Says what would be left of a user who is deleted.</summary>
public sealed class LeftBehind(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller, IEnumerable<IUserBelongings> belongings)
{
    /// <summary>Null where there is no such user, or the caller may not manage users.</summary>
    public async Task<UserBelongings?> OfAsync(int user, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (!await caller.MayAsync(Policies.ManageUsers) || !await registry.Users.AnyAsync(u => u.Id == user, cancel))
        {
            return null;
        }

        List<string> kept = [];
        foreach (var of in belongings)
        {
            kept.AddRange(await of.CountAsync(registry, user.ToString(CultureInfo.InvariantCulture), cancel));
        }

        return new(kept);
    }
}

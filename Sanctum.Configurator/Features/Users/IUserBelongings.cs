using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Users;

/// <summary>What a feature keeps for a user beside the account. Features register theirs.</summary>
public interface IUserBelongings
{
    /// <summary>Such as "12 conversations"; nothing where there is nothing.</summary>
    Task<IReadOnlyList<string>> CountAsync(RegistryDbContext registry, int user, CancellationToken cancel);

    /// <summary>In the transaction in which the user is deleted.</summary>
    Task DeleteAsync(RegistryDbContext registry, int user, CancellationToken cancel);
}

/// <summary>What a user has in the console beside the account.</summary>
/// <param name="Kept">Such as "12 conversations".</param>
public sealed record UserBelongings(IReadOnlyList<string> Kept);

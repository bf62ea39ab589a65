namespace Sanctum.Configurator.Features.Users;

/// <summary>
/// What a feature keeps for a user beside the account. Features register theirs. An owner is the id of the console's user as text, or whatever
/// another program calls them.
/// </summary>
public interface IUserBelongings
{
    /// <summary>Such as "12 conversations"; nothing where there is nothing.</summary>
    Task<IReadOnlyList<string>> CountAsync(RegistryDbContext registry, string owner, CancellationToken cancel);

    /// <summary>What belongs to nobody of these, which is what deleted users left.</summary>
    Task<IReadOnlyList<LeftBelongings>> LeftAsync(RegistryDbContext registry, IReadOnlyList<string> users, CancellationToken cancel);

    /// <summary>In the caller's transaction. What the next owner has already and can have only once stays where it is.</summary>
    Task GiveAsync(RegistryDbContext registry, string owner, string next, CancellationToken cancel);

    /// <summary>In the caller's transaction, such as that in which the user is deleted. The caller saves.</summary>
    Task DeleteAsync(RegistryDbContext registry, string owner, CancellationToken cancel);

    /// <summary>Tells others, when that is committed.</summary>
    void Tell(string owner);

    /// <summary>Writes all of it as properties of an object that has been begun.</summary>
    Task WriteAsync(RegistryDbContext registry, string owner, Utf8JsonWriter json, CancellationToken cancel);
}

/// <summary>What a user has in the console beside the account.</summary>
/// <param name="Kept">Such as "12 conversations".</param>
public sealed record UserBelongings(IReadOnlyList<string> Kept);

/// <summary>So many things of one kind of an owner.</summary>
public sealed record LeftBelongings(string Owner, BelongingKind Kind, int Count, DateTimeOffset LastUsed);

public enum BelongingKind
{
    Conversation,
    Code,
    Memory,
    Preferences,
}

using System.Collections.Concurrent;
using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>A key that the registry has, and what its owner may do.</summary>
public sealed record KnownKey(
    int Id,
    string Name,
    IReadOnlyList<string> Granted,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    int Owner,
    string OwnerName
);

/// <summary>
/// The keys that were used since the registry was last written to: a program that calls a thousand times a second is looked up once.
/// </summary>
public sealed class KnownKeys(CommitMark commits)
{
    private volatile Kept _kept = new(0);

    /// <summary>
    /// What is kept of the registry as it is now. Whoever does not find a key in it looks it up, and adds it to the same.
    /// </summary>
    public ConcurrentDictionary<string, KnownKey> Now()
    {
        var mark = commits.Read();
        var kept = _kept;
        if (kept.Mark != mark)
        {
            _kept = kept = new(mark);
        }

        return kept.ByHash;
    }

    /// <summary>Forgets all, where the mark may lag behind what this console has just written itself.</summary>
    public void Forget() => _kept = new(0);

    private sealed record Kept(long Mark)
    {
        public ConcurrentDictionary<string, KnownKey> ByHash { get; } = new();
    }
}

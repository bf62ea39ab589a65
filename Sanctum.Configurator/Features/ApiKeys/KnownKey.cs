using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>A key that the registry has, and what its owner may do.</summary>
public sealed record KnownKey(
    int Id,
    string Name,
    IReadOnlyList<string> Granted,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    int Owner,
    string OwnerName,
    McpWrites McpWrites
);

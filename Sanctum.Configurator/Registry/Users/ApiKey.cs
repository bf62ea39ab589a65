using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Users;

/// <summary>A key by which a program uses the API in a user's name.</summary>
public sealed class ApiKey : IVersioned
{
    public int Id { get; private set; }
    public int UserId { get; init; }
    public required string Name { get; set; }

    /// <summary>The key's first characters, to tell keys apart.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the key, in hex.</summary>
    public required string KeyHash { get; init; }

    /// <summary>Permissions, separated by blanks.</summary>
    public required string Scopes { get; set; }

    /// <summary>What the key may change by way of MCP, where its scopes allow it at all.</summary>
    public McpWrites McpWrites { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }

    /// <summary>How keys made here begin, so that people and scanners of repositories know them.</summary>
    public const string Mark = "sk-sanctum-";

    private const int ShownOfOurs = 15;
    private const int ShownOfOthers = 6;

    /// <summary>What the key may do where its owner may do this.</summary>
    public IReadOnlyList<string> GrantedOf(IReadOnlyCollection<string> owned) => Granted(Scopes, owned);

    /// <summary>What a key with these scopes may do where its owner may do this.</summary>
    public static IReadOnlyList<string> Granted(string scopes, IReadOnlyCollection<string> owned) =>
        [.. scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Intersect(owned)];

    /// <summary>The part of a key that may be shown: too little to guess the rest from.</summary>
    public static string PrefixOf(string key) => key[..(key.StartsWith(Mark, StringComparison.Ordinal) ? ShownOfOurs : ShownOfOthers)];
}

/// <summary>What a key may change by way of the Model Context Protocol, which is how agents use the console.</summary>
public enum McpWrites
{
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>A change waits until a person has approved it.</summary>
    [JsonStringEnumMemberName("propose")]
    Propose,

    /// <summary>A change is made at once.</summary>
    [JsonStringEnumMemberName("allowed")]
    Allowed,
}

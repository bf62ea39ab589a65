namespace Sanctum.Configurator.Registry.McpServers;

/// <summary>That a user, or the console for everybody, has signed in to a server by OAuth.</summary>
public sealed class McpToken : IVersioned
{
    public int Id { get; private set; }
    public int ServerId { get; init; }

    /// <summary>Whose; null for everybody's.</summary>
    public int? UserId { get; init; }

    /// <summary>Who gave it out, as its metadata names itself.</summary>
    public required string Issuer { get; set; }
    public required string ClientId { get; set; }

    /// <summary>JSON, sealed: the tokens, and the client's secret where it has one.</summary>
    public string? Tokens { get; set; }

    /// <summary>What it was granted, separated by blanks.</summary>
    public string? Scopes { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

namespace Sanctum.Configurator.Registry.Users;

/// <summary>Somebody is signed in. The row's end is the session's end.</summary>
public sealed class UserSession : IVersioned
{
    public int Id { get; private set; }
    public int UserId { get; init; }

    /// <summary>SHA-256 of the token in the cookie, in hex.</summary>
    public required string SessionToken { get; set; }
    public DateTimeOffset ExpiresAt { get; init; }
    public string? IpAddress { get; init; }
    public string? UserAgent { get; init; }

    /// <summary>When the person last did something.</summary>
    public DateTimeOffset LastSeenAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>A person on one platform.</summary>
public sealed class PlatformProfile : IVersioned
{
    public int Id { get; private set; }
    public int? LettaUserId { get; set; }

    /// <summary>Such as "telegram" or "email", in lower case.</summary>
    public required string Platform { get; init; }
    public required string PlatformUserId { get; init; }
    public string? Username { get; set; }
    public string? DisplayName { get; set; }

    /// <summary>JSON object: what the platform knows besides.</summary>
    public string? Metadata { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastActive { get; set; }
    public int? ImportId { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

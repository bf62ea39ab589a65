namespace Sanctum.Configurator.Registry.Models;

/// <summary>The day on which a provider ends a model, from a file that was imported or from the provider's own list.</summary>
public sealed class LlmRetirement : IVersioned
{
    public int Id { get; private set; }
    public required string Type { get; set; }
    public required string Model { get; set; }
    public DateOnly EndsOn { get; set; }

    /// <summary>The model that the provider names in its place; null where it names none.</summary>
    public string? Replacement { get; set; }

    /// <summary>Where it is written: an address or a file's name.</summary>
    public string? Source { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

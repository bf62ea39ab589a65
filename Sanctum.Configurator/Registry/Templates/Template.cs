namespace Sanctum.Configurator.Registry.Templates;

/// <summary>A ready-made tool or agent to start from.</summary>
public sealed class Template : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }

    /// <summary>"tool" or "agent".</summary>
    public required string Kind { get; set; }
    public string? Description { get; set; }

    /// <summary>JSON.</summary>
    public string? Content { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

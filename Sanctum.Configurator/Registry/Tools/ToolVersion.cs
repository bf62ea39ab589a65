namespace Sanctum.Configurator.Registry.Tools;

/// <summary>What a tool was at one of its versions.</summary>
public sealed class ToolVersion : IVersioned
{
    public int Id { get; private set; }
    public int ToolId { get; init; }
    public required string Label { get; init; }
    public string? Description { get; set; }
    public string? ConfigSchema { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

namespace Sanctum.Configurator.Registry.Plugins;

/// <summary>What a plugin was at one of its versions.</summary>
public sealed class PluginVersion : IVersioned
{
    public int Id { get; private set; }
    public int PluginId { get; init; }
    public required string Label { get; init; }
    public string? Description { get; set; }
    public string? Config { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

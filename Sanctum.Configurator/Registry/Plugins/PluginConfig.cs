namespace Sanctum.Configurator.Registry.Plugins;

/// <summary>One key of a plugin's own configuration, made by its user.</summary>
public sealed class PluginConfig : IVersioned
{
    public int Id { get; private set; }
    public required string PluginName { get; set; }
    public required string ConfigKey { get; set; }
    public string? ConfigValue { get; set; }
    public string ConfigType { get; set; } = "string";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

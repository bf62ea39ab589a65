namespace Sanctum.Configurator.Registry.Plugins;

/// <summary>A plugin is used by an agent, or by a tool; one of the two is set.</summary>
public sealed class PluginLink : IVersioned
{
    public int Id { get; private set; }
    public int PluginId { get; set; }
    public int? AgentId { get; set; }
    public int? ToolId { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

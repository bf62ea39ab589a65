using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Registry.Tools;

/// <summary>Something an operator or an agent can use: a page of settings, a plugin, a service, a utility.</summary>
public sealed class Tool : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public string? Emoji { get; set; }

    /// <summary>"master", an agent's name in lower case, or "smcp".</summary>
    public string Category { get; set; } = "master";
    public RunState Status { get; set; }

    /// <summary>"config", "plugin", "service" or "utility".</summary>
    public string ToolType { get; set; } = "utility";

    /// <summary>JSON Schema of an instance's configuration.</summary>
    public string? ConfigSchema { get; set; }

    /// <summary>The tool's own version, as its maker states it. The row's is <see cref="Version"/>.</summary>
    public string? ToolVersion { get; set; }
    public bool IsEnabled { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

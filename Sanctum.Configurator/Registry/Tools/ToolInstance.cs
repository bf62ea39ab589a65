using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Registry.Tools;

/// <summary>A tool as one agent uses it; without an agent, a master tool of the whole Sanctum.</summary>
public sealed class ToolInstance : IVersioned
{
    public int Id { get; private set; }
    public int ToolId { get; set; }
    public int? AgentId { get; set; }
    public required string Name { get; set; }

    /// <summary>JSON.</summary>
    public string? Config { get; set; }
    public RunState Status { get; set; }
    public DateTimeOffset? LastRun { get; set; }

    /// <summary>JSON: how the last run ended.</summary>
    public string? LastResult { get; set; }
    public DateTimeOffset? NextRun { get; set; }
    public bool IsActive { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

namespace Sanctum.Configurator.Registry.Agents;

/// <summary>An agent that this Sanctum knows of, whether or not it is on the Letta server now.</summary>
public sealed class Agent : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }

    /// <summary>The agent's id on the Letta server; null until it is there.</summary>
    public string? LettaUid { get; set; }
    public string? Description { get; set; }
    public RunState Status { get; set; }

    /// <summary>JSON.</summary>
    public string? Config { get; set; }
    public bool IsActive { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

namespace Sanctum.Configurator.Features.Templates;

/// <summary>The agent that a template declares, under the names of agents.config.</summary>
public sealed record AgentPart(
    string Name,
    string? Description = null,
    string? Model = null,
    string? Embedding = null,
    string? System = null,
    IReadOnlyList<string>? Tags = null,
    IReadOnlyList<string>? Tools = null,
    IReadOnlyList<AgentBlock>? Blocks = null
);

/// <summary>A block of an agent's memory.</summary>
public sealed record AgentBlock(string Label, string Value);

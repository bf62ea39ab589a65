using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>What an agent file (.af) holds, as far as somebody who imports it wants to know.</summary>
/// <param name="Warnings">What does not fit together in it, in sentences.</param>
public sealed record AgentFile(IReadOnlyList<AgentInFile> Agents, IReadOnlyList<ToolInFile> Tools, IReadOnlyList<string> Warnings)
{
    /// <summary>The names of all secrets and variables whose values the export has left out.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Blank => [.. Agents.SelectMany(agent => agent.Blank).Distinct()];
}

/// <summary>An agent in a file.</summary>
/// <param name="Blank">The names of secrets and variables whose values the export has left out.</param>
public sealed record AgentInFile(
    string Name, string? Description, string? Model, string? Embedding, int Messages, IReadOnlyList<string> Tools, IReadOnlyList<string> Blocks, IReadOnlyList<string> Blank);

/// <summary>A tool in a file.</summary>
/// <param name="HasSource">It brings its source, which can be written over that of a tool of the same name.</param>
public sealed record ToolInFile(string Id, string Name, bool HasSource);

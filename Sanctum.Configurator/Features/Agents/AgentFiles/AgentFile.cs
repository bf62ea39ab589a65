using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>What an agent file holds, Letta's (.af) or the console's own (.agent.json), as far as somebody who imports it wants to know.</summary>
/// <param name="Warnings">What does not fit together in it, in sentences.</param>
public sealed record AgentFile(IReadOnlyList<AgentInFile> Agents, IReadOnlyList<ToolInFile> Tools, IReadOnlyList<string> Warnings)
{
    /// <summary>The skills that come with its agents: instructions and programs that they may follow and run.</summary>
    public IReadOnlyList<SkillInFile> Skills { get; init; } = [];

    /// <summary>The MCP servers that the Letta server would call or start.</summary>
    public IReadOnlyList<McpServerInFile> McpServers { get; init; } = [];

    /// <summary>Written by the console of an agent of an App Server, not by Letta.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The same agents with all that they bring, for a server of another kind.</summary>
    [JsonIgnore]
    public IReadOnlyList<CarriedAgent> Carried { get; init; } = [];

    /// <summary>The names of all secrets and variables whose values the export has left out.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Blank => [.. Agents.SelectMany(agent => agent.Blank).Distinct()];
}

/// <summary>An agent in a file.</summary>
/// <param name="Blank">The names of secrets and variables whose values the export has left out.</param>
public sealed record AgentInFile(
    string Name,
    string? Description,
    string? Model,
    string? Embedding,
    int Messages,
    IReadOnlyList<string> Tools,
    IReadOnlyList<string> Blocks,
    IReadOnlyList<string> Blank
)
{
    /// <summary>The files of its memory that are no blocks.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}

/// <summary>A tool in a file.</summary>
/// <param name="HasSource">It brings its source, which can be written over that of a tool of the same name.</param>
public sealed record ToolInFile(string Id, string Name, bool HasSource);

/// <summary>A skill in a file.</summary>
/// <param name="Source">Where it comes from; null where the file does not say.</param>
/// <param name="Files">The names of what it consists of.</param>
public sealed record SkillInFile(string Name, string? Source, IReadOnlyList<string> Files);

/// <summary>An MCP server in a file.</summary>
/// <param name="Kind">Such as "stdio" or "streamable_http".</param>
/// <param name="Url">Where it is called; null where it is started.</param>
/// <param name="Command">The program that is started, with its arguments; null where it is called.</param>
public sealed record McpServerInFile(string Name, string? Kind, string? Url, string? Command);

using ModelContextProtocol.Protocol;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>What of a server may be used: approved, and offered now as it was approved.</summary>
/// <param name="Instructions">Null where there are none that were approved.</param>
/// <param name="Held">How many definitions wait for a person.</param>
public sealed record McpOffer(string Server, string? Instructions, IReadOnlyList<Tool> Tools, int Held);

/// <summary>By what a server is called for.</summary>
public readonly record struct McpServerName(string Name, int? UserId);

/// <summary>What was approved of a server.</summary>
public sealed record ApprovedHashes(Dictionary<(string Kind, string Name), string?> ByName);

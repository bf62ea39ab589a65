namespace Sanctum.Configurator.Registry.McpServers;

/// <summary>One test of a saved MCP server.</summary>
public sealed class McpCheck
{
    public long Id { get; private set; }
    public int ServerId { get; init; }
    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>"monitor" where nobody asked, else the actor.</summary>
    public required string CheckedBy { get; init; }

    /// <summary>The verdict's word, such as "connected" or "key_refused".</summary>
    public required string Verdict { get; init; }
    public bool IsUp { get; init; }
    public double LatencyMs { get; init; }

    /// <summary>"2026-07-28" for servers that are discovered, "initialize" for those with a session; null where it was not found out.</summary>
    public string? Era { get; init; }
    public string? ProtocolVersion { get; init; }
    public string? Transport { get; init; }
    public string? ServerName { get; init; }
    public string? ServerVersion { get; init; }
    public int? Tools { get; init; }
    public string? Message { get; init; }

    /// <summary>What to do next.</summary>
    public string? Hint { get; init; }

    /// <summary>JSON: the steps with their milliseconds, every attempt of the negotiation among them.</summary>
    public string? Steps { get; init; }
}

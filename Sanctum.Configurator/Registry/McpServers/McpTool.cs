using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.McpServers;

/// <summary>What a server offers under a name, as it was approved and as it was last seen.</summary>
public sealed class McpTool : IVersioned
{
    public const int NameLength = 255;

    public int Id { get; private set; }
    public int ServerId { get; init; }
    public McpToolKind Kind { get; init; }

    /// <summary>The tool's name; empty for the server's instructions.</summary>
    public required string Name { get; init; }
    public McpToolState State { get; set; }

    /// <summary>JSON: the definition that a person approved; null where nobody has.</summary>
    public string? Approved { get; set; }

    /// <summary>SHA-256 over <see cref="Approved"/> in the form of RFC 8785, in hex.</summary>
    public string? ApprovedHash { get; set; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }

    /// <summary>JSON: the definition as the server last gave it; null where it no longer offers it.</summary>
    public string? Seen { get; set; }
    public string? SeenHash { get; set; }
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>JSON: the agents of the Letta server that it was taken from while it may not be used; null where it was taken from none.</summary>
    public string? HeldAtLetta { get; set; }

    /// <summary>The tool of the registry that was made from it.</summary>
    public int? ToolId { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>What is pinned.</summary>
public enum McpToolKind
{
    [JsonStringEnumMemberName("tool")]
    Tool,

    /// <summary>The text by which the server tells a model how to use it.</summary>
    [JsonStringEnumMemberName("instructions")]
    Instructions,
}

/// <summary>Whether a definition may be used.</summary>
public enum McpToolState
{
    /// <summary>Nobody has approved what it is now.</summary>
    [JsonStringEnumMemberName("held")]
    Held,

    [JsonStringEnumMemberName("approved")]
    Approved,

    /// <summary>A person decided against it.</summary>
    [JsonStringEnumMemberName("blocked")]
    Blocked,

    /// <summary>It was approved and the server no longer offers it.</summary>
    [JsonStringEnumMemberName("removed")]
    Removed,
}

namespace Sanctum.Configurator.Features.Graph;

/// <summary>How the things of an installation are called and where their pages are.</summary>
public static class NodeLook
{
    public static string Word(this NodeKind kind) =>
        kind switch
        {
            NodeKind.Instance => "tool instance",
            NodeKind.Job => "scheduled job",
            NodeKind.Mcp => "MCP server",
            _ => kind.ToString().ToLowerInvariant(),
        };

    /// <summary>Null for what has no page of its own.</summary>
    public static string? PageUrl(this DependencyNode node) =>
        (node.Kind, node.RowId) switch
        {
            (NodeKind.Agent, { } id) => Urls.Agent(id),
            (NodeKind.Plugin, { } id) => Urls.Plugin(id),
            (NodeKind.Tool, { } id) => Urls.Tool(id),
            (NodeKind.Mcp, { } id) => Urls.McpServer(id),
            _ => null,
        };

    /// <summary>What keeps it from being there; null where nothing does.</summary>
    public static string? Lack(this DependencyNode node) =>
        !node.IsKnown ? "not in the registry"
        : node.IsEnabled ? null
        : node.Kind is NodeKind.Agent or NodeKind.Instance ? "inactive"
        : "disabled";
}

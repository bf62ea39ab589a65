using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>The MCP servers of a V1 Letta server: registered, with tools that it keeps until it reads them anew.</summary>
public sealed class FakeLettaMcp
{
    private readonly List<JsonObject> _servers = [];
    private List<string> _cached = [];

    /// <summary>What the MCP servers offer now.</summary>
    public List<string> Live { get; } = [];

    public IReadOnlyList<JsonObject> Servers => _servers;

    /// <summary>The answer; null for what is no MCP server's.</summary>
    public async Task<(int Status, string Json)?> AnswerAsync(HttpRequest request, string path)
    {
        switch (request.Method, path)
        {
            case ("GET", "/v1/mcp-servers/"):
                return (200, new JsonArray([.. _servers.Select(server => server.DeepClone())]).ToJsonString());
            case ("POST", "/v1/mcp-servers/"):
                var asked = (JsonObject)(await JsonNode.ParseAsync(request.Body))!;
                var server = (JsonObject)asked["config"]!.DeepClone();
                (server["id"], server["server_name"]) = ($"mcp_server-{_servers.Count + 1}", asked["server_name"]!.DeepClone());
                _servers.Add(server);
                _cached = [.. Live];
                return (200, server.ToJsonString());
            case ("PATCH", _) when path.EndsWith("/refresh", StringComparison.Ordinal):
                _cached = [.. Live];
                return (200, "{}");
            case ("GET", _) when path.StartsWith("/v1/mcp-servers/", StringComparison.Ordinal):
                return (200, ToolsOf(_cached));
            case ("GET", _) when path.StartsWith("/v1/tools/mcp/servers/", StringComparison.Ordinal):
                return (200, ToolsOf(Live));
            case ("DELETE", _) when path.StartsWith("/v1/mcp-servers/", StringComparison.Ordinal):
                _servers.Clear();
                _cached.Clear();
                return (204, "");
            default:
                return null;
        }
    }

    private static string ToolsOf(IEnumerable<string> names) =>
        new JsonArray([.. names.Select(name => new JsonObject { ["id"] = $"tool-{name}", ["name"] = name })]).ToJsonString();
}

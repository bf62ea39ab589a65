using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>The tools of a server, each name once.</summary>
/// <param name="Cut">Why it ends before its end, in a sentence; null where it does not.</param>
/// <param name="LeftOut">What no client could use.</param>
public sealed record ToolList(IReadOnlyList<Tool> Tools, string? Cut, IReadOnlyList<UnusableTool> LeftOut);

/// <param name="Name">As the server says it; empty where it has none.</param>
/// <param name="Fault">In a few words.</param>
public sealed record UnusableTool(string Name, string Fault);

/// <summary>
/// Reads what a server lists, tool by tool: one that no client could call, or whose definition breaks the protocol, is named and left out, and
/// keeps none of the others back.
/// </summary>
internal sealed class ToolListing
{
    private readonly List<Tool> _tools = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<UnusableTool> _leftOut = [];

    /// <summary>Those that are left out among them, so that no server fills the memory.</summary>
    public int Count => _tools.Count + _leftOut.Count;

    /// <summary>One page.</summary>
    /// <returns>Where the next one is; null where there is none.</returns>
    /// <exception cref="McpException">It is no list of tools.</exception>
    public string? Add(JsonNode? page)
    {
        if (page is not JsonObject { } result || result["tools"] is not JsonArray tools)
        {
            throw new McpException("The answer to tools/list has no list of tools");
        }

        foreach (var tool in tools)
        {
            Take(tool);
        }

        return result["nextCursor"] is JsonValue cursor && cursor.TryGetValue<string>(out var next) ? next : null;
    }

    public ToolList End(string? cut, int most = int.MaxValue) => new([.. _tools.Take(most)], cut, _leftOut);

    private static string? FaultOf(string name) =>
        name.Length switch
        {
            0 => "it has no name",
            > McpTool.NameLength => $"its name has more than {McpTool.NameLength} characters",
            _ => null,
        };

    private void Take(JsonNode? node)
    {
        var name = node is JsonObject one && one["name"] is JsonValue said && said.TryGetValue<string>(out var text) ? text : "";
        var (tool, fault) = FaultOf(name) is { } nameless ? (null, nameless) : Read(node);
        if (tool is not null && !_names.Add(name))
        {
            // No client could call the second.
            (tool, fault) = (null, "its name comes twice");
        }

        if (tool is not null)
        {
            _tools.Add(tool);
        }
        else
        {
            _leftOut.Add(new(name, fault));
        }
    }

    private static (Tool? Tool, string Fault) Read(JsonNode? node)
    {
        try
        {
            return (node.Deserialize<Tool>(McpJsonUtilities.DefaultOptions), "it is null");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            return (
                null,
                node!["inputSchema"] is JsonObject schema && IsOfObjects(schema)
                    ? "its definition is not valid"
                    : "its inputSchema has no \"type\": \"object\""
            );
        }
    }

    private static bool IsOfObjects(JsonObject schema) =>
        schema["type"] is JsonValue type && type.TryGetValue<string>(out var said) && said == "object";
}

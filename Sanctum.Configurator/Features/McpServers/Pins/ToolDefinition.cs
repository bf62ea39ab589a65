using System.Security.Cryptography;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Sanctum.Configurator.Features.McpServers.Pins;

/// <summary>What a server says of one of its tools, or in its instructions: all that reaches a model, and so all that is approved.</summary>
/// <param name="Kind">"tool" or "instructions".</param>
/// <param name="Name">The tool's; "" for instructions.</param>
/// <param name="Json">In canonical form.</param>
/// <param name="Hash">SHA-256 of <paramref name="Json"/>, in hexadecimal.</param>
public sealed record ToolDefinition(string Kind, string Name, string Json, string Hash)
{
    public const string Tool = "tool";
    public const string Instructions = "instructions";

    /// <summary>In the order in which they are shown.</summary>
    internal static readonly IReadOnlyList<string> Members =
    [
        "name",
        "title",
        "description",
        "inputSchema",
        "outputSchema",
        "annotations",
        "icons",
    ];

    public static ToolDefinition Of(Tool tool)
    {
        var all = (JsonObject)JsonSerializer.SerializeToNode(tool, McpJsonUtilities.DefaultOptions)!;
        var kept = new JsonObject();
        foreach (var member in Members)
        {
            if (all[member] is { } value)
            {
                kept[member] = value.DeepClone();
            }
        }

        return Of(Tool, tool.Name, kept);
    }

    public static ToolDefinition OfInstructions(string instructions) =>
        Of(Instructions, "", new JsonObject { ["instructions"] = instructions });

    /// <summary>The tool as the protocol's library has it. Null for instructions, and where the text is none.</summary>
    public Tool? ToTool() => Kind == Tool ? ReadTool(Json) : null;

    public static Tool? ReadTool(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<Tool>(json, McpJsonUtilities.DefaultOptions);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What remains of it without its name: equal for a tool that was only renamed.</summary>
    internal string Body()
    {
        var body = JsonText(Json);
        body.Remove("name");
        return CanonicalJson.Write(body);
    }

    internal static JsonObject JsonText(string? json) => Platform.JsonText.FindObject(json) ?? [];

    private static string Storable(string text) => text.Replace('\0', '\uFFFD');

    private static ToolDefinition Of(string kind, string name, JsonObject definition)
    {
        var json = CanonicalJson.Write(definition);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));

        // PostgreSQL keeps no NUL. The hash is that of what was sent all the same.
        return new(kind, Storable(name), json.Replace("\\u0000", "\\ufffd", StringComparison.Ordinal), hash);
    }
}

using System.Text.RegularExpressions;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>A server as an mcp.json describes it.</summary>
/// <param name="Values">Of its variables, or of its headers; null where the file has a placeholder instead of a value.</param>
internal sealed record McpFileServer(
    string Name,
    McpTransport Transport,
    string? Url,
    string? Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string?> Values,
    string? Problem
)
{
    public bool IsProgram => Transport == McpTransport.Stdio;

    public override string ToString() => $"{nameof(McpFileServer)} {Name}";
}

/// <summary>
/// Reads and writes the mcp.json of other programs: VS Code's <c>servers</c>, and <c>mcpServers</c> of Claude Desktop and Cursor. With
/// comments and commas at the end, as editors write them.
/// </summary>
internal static partial class McpFile
{
    public const string VsCode = "vscode";
    public const string Claude = "claude";

    private const int MostServers = 500;

    private static readonly JsonDocumentOptions Loose = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        MaxDepth = 32,
    };

    /// <summary>The servers, or what is wrong with the file, in a sentence.</summary>
    public static (IReadOnlyList<McpFileServer> Servers, string? Problem) Read(string text)
    {
        JsonNode? file;
        try
        {
            file = JsonNode.Parse(text.TrimStart('\uFEFF'), null, Loose);
        }
        catch (JsonException e)
        {
            return (
                [],
                $"This is not valid JSON: error in line {(e.LineNumber ?? 0) + 1}, at character {(e.BytePositionInLine ?? 0) + 1}."
            );
        }
        catch (ArgumentException)
        {
            return ([], "This is not valid JSON: it contains an incomplete character.");
        }

        if (file is not JsonObject root)
        {
            return ([], "This is no mcp.json: it must be a JSON object with servers or mcpServers in it.");
        }

        // VS Code's settings.json has them one level deeper.
        var members = root["mcp"] is JsonObject inner ? inner : root;
        return (members["servers"] ?? members["mcpServers"]) switch
        {
            JsonObject { Count: > MostServers } => ([], $"The file has more than {MostServers} servers."),
            JsonObject { Count: > 0 } servers => ([.. servers.Select(pair => ReadServer(pair.Key, pair.Value))], null),
            JsonObject => ([], "The file has no servers in it."),
            null when IsServer(root) => ([], "This is a single server without a name. Put it into \"mcpServers\": { \"name\": { … } }."),
            null => ([], "The file has neither servers (VS Code) nor mcpServers (Claude Desktop, Cursor)."),
            _ => ([], "The servers must be a JSON object: names with a server each."),
        };
    }

    /// <summary>The file for another program. What is secret is a placeholder, which it asks for or which is to be filled in.</summary>
    public static JsonObject Write(IEnumerable<McpServerRow> servers, string format)
    {
        var written = new JsonObject();
        var inputs = new JsonArray();
        foreach (var server in servers)
        {
            written[server.Name] = WriteServer(server, format == VsCode ? inputs : null);
        }

        return format == VsCode
            ? inputs.Count == 0
                ? new() { ["servers"] = written }
                : new() { ["inputs"] = inputs, ["servers"] = written }
            : new() { ["mcpServers"] = written };
    }

    private static bool IsServer(JsonObject node) => node.ContainsKey("command") || node.ContainsKey("url");

    private static McpFileServer ReadServer(string name, JsonNode? node)
    {
        if (node is not JsonObject server)
        {
            return Bad(name, "It must be a JSON object.");
        }

        var (command, url) = (TextOf(server["command"]), TextOf(server["url"]) ?? TextOf(server["serverUrl"]) ?? TextOf(server["httpUrl"]));
        if (command is null && url is null)
        {
            return Bad(name, "It has neither a command nor a url.");
        }

        var values = server[command is null ? "headers" : "env"];
        if (values is not null and not JsonObject || (command is not null && server["args"] is not null and not JsonArray))
        {
            return Bad(
                name,
                command is null ? "Its headers must be a JSON object." : "Its args must be a list, and its env a JSON object."
            );
        }

        var read = ((values as JsonObject) ?? []).ToDictionary(pair => pair.Key, pair => ValueOf(pair.Value));
        return command is not null
            ? new(name, McpTransport.Stdio, null, command, ArgumentsOf(server["args"] as JsonArray), read, null)
            : new(name, TransportOf(TextOf(server["type"]) ?? TextOf(server["transport"])), url, null, [], read, null);
    }

    private static McpFileServer Bad(string name, string problem) =>
        new(name, McpTransport.Auto, null, null, [], new Dictionary<string, string?>(), problem);

    private static McpTransport TransportOf(string? type) =>
        type?.ToLowerInvariant() switch
        {
            "sse" => McpTransport.Sse,
            "http" or "streamable-http" or "streamablehttp" or "streamable_http" => McpTransport.StreamableHttp,
            _ => McpTransport.Auto,
        };

    private static IReadOnlyList<string> ArgumentsOf(JsonArray? args) =>
        [.. (args ?? []).Select(each => TextOf(each) ?? each?.ToJsonString() ?? "")];

    private static string? ValueOf(JsonNode? node) =>
        (TextOf(node) ?? node?.ToJsonString()) is { } text && !Sendable.IsStandIn(text) ? text : null;

    private static string? TextOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    private static JsonObject WriteServer(McpServerRow server, JsonArray? inputs)
    {
        var values = new JsonObject();
        foreach (var name in server.Command is null ? server.HeaderNames : server.VariableNames)
        {
            values[name] = PlaceholderFor(server.Name, name, inputs);
        }

        if (server.Command is { } command)
        {
            var program = new JsonObject
            {
                ["command"] = command,
                ["args"] = new JsonArray([.. server.Arguments.Select(each => JsonValue.Create(each))]),
            };
            if (inputs is not null)
            {
                program.Insert(0, "type", "stdio");
            }

            if (values.Count > 0)
            {
                program["env"] = values;
            }

            return program;
        }

        if (server.HasApiKey)
        {
            values["Authorization"] = $"Bearer {PlaceholderFor(server.Name, "API key", inputs)}";
        }

        var written = new JsonObject { ["type"] = server.Transport == McpTransport.Sse ? "sse" : "http", ["url"] = server.Url };
        if (values.Count > 0)
        {
            written["headers"] = values;
        }

        return written;
    }

    private static string PlaceholderFor(string server, string name, JsonArray? inputs)
    {
        var id = NotOfAnId().Replace($"{server}-{name}", "-").ToLowerInvariant();
        if (inputs is null)
        {
            return $"${{{NotOfAnId().Replace(name, "_").ToUpperInvariant()}}}";
        }

        inputs.Add(
            (JsonNode)
                new JsonObject
                {
                    ["type"] = "promptString",
                    ["id"] = id,
                    ["description"] = $"{name} of {server}",
                    ["password"] = true,
                }
        );
        return $"${{input:{id}}}";
    }

    [GeneratedRegex("[^A-Za-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex NotOfAnId();
}

using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.McpServers.Processes;
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
    /// <summary>The texts that have a placeholder, such as <c>Bearer ${input:key}</c>, by the names of their values.</summary>
    public IReadOnlyDictionary<string, string> Placeholders { get; init; } = new Dictionary<string, string>();

    /// <summary>Variables that stand in the arguments or the address, and that the file has no values of.</summary>
    public IReadOnlyList<string> Asked { get; init; } = [];

    /// <summary>The file has it, and lets nobody use it.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Members that mean nothing here.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

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

    private static readonly string[] OfAll = ["type", "transport", "disabled", "enabled", "name", "description"];
    private static readonly string[] OfAProgram = [.. OfAll, "command", "args", "env"];
    private static readonly string[] OfAnAddress = [.. OfAll, "url", "serverUrl", "httpUrl", "headers"];

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
        var type = TextOf(server["type"]) ?? TextOf(server["transport"]);
        if (FaultOf(server, command, url, type) is { } fault)
        {
            return Bad(name, fault);
        }

        var values = ((server[command is null ? "headers" : "env"] as JsonObject) ?? []).ToDictionary(
            pair => pair.Key,
            pair => RawOf(pair.Value)
        );
        var waiting = values
            .Where(pair => pair.Value is null || Sendable.IsStandIn(pair.Value) || Placeholder().IsMatch(pair.Value))
            .ToDictionary(pair => pair.Key, pair => pair.Value ?? "");
        var read = values.ToDictionary(pair => pair.Key, pair => waiting.ContainsKey(pair.Key) ? null : pair.Value);
        var used = command is null ? OfAnAddress : OfAProgram;
        var gaps = new McpFileGaps(command is null ? [] : waiting);
        var found = command is not null
            ? new McpFileServer(
                name,
                McpTransport.Stdio,
                null,
                command,
                [.. ArgumentsOf(server["args"] as JsonArray).Select(gaps.Name)],
                read,
                null
            )
            : new McpFileServer(name, TransportOf(type)!.Value, gaps.Name(url!), null, [], read, null);
        return found with
        {
            Placeholders = waiting,
            Asked = command is null ? McpVariables.NamesIn(found.Url) : gaps.Names,
            IsDisabled = IsSwitch(server["disabled"], true) || IsSwitch(server["enabled"], false),
            LeftOut = [.. server.Select(pair => pair.Key).Where(member => !used.Contains(member))],
        };
    }

    /// <summary>The value whose placeholder was filled in: whoever types all of it, with what stands around, is understood too.</summary>
    public static string Fill(string placeholder, string typed) =>
        Placeholder().Match(placeholder) is { Success: true } gap
        && !(gap.Index > 0 && typed.StartsWith(placeholder[..gap.Index], StringComparison.OrdinalIgnoreCase))
            ? placeholder[..gap.Index] + typed + placeholder[(gap.Index + gap.Length)..]
            : typed;

    private static string? FaultOf(JsonObject server, string? command, string? url, string? type) =>
        (command, url) switch
        {
            (null, null) => "It has neither a command nor a url.",
            (not null, not null) => "It has both a command and a url. Remove one of them.",
            (null, _) when server["headers"] is not null and not JsonObject => "Its headers must be a JSON object.",
            (null, _) when TransportOf(type) is null => $"Its type {type} is not known for a url. Use http or sse.",
            (not null, _) when server["args"] is not null and not JsonArray || server["env"] is not null and not JsonObject =>
                "Its args must be a list, and its env a JSON object.",
            _ when ArgumentsOf(server["args"] as JsonArray).Append(command ?? url).Select(EditorsOwn).FirstOrDefault(gap => gap is not null)
                    is { } gap => $"It has the placeholder {gap}, which only the editor can fill in. Put the value into the file.",
            _ => null,
        };

    /// <summary>A placeholder for what only an editor knows. <c>${NAME}</c> a program may understand, and others are asked for.</summary>
    private static string? EditorsOwn(string? text) =>
        EditorsPlaceholder().Match(text ?? "") is { Success: true } found ? found.Value : null;

    private static bool IsSwitch(JsonNode? node, bool position) =>
        node is JsonValue value && value.TryGetValue<bool>(out var said) && said == position;

    private static McpFileServer Bad(string name, string problem) =>
        new(name, McpTransport.Auto, null, null, [], new Dictionary<string, string?>(), problem);

    /// <summary>Null for one that is not known.</summary>
    private static McpTransport? TransportOf(string? type) =>
        type?.ToLowerInvariant() switch
        {
            null or "auto" or "remote" or "url" => McpTransport.Auto,
            "sse" => McpTransport.Sse,
            "http" or "streamable-http" or "streamablehttp" or "streamable_http" => McpTransport.StreamableHttp,
            _ => null,
        };

    /// <summary>As they stand: a blank, or nothing, may be what a program is to be given.</summary>
    private static IReadOnlyList<string> ArgumentsOf(JsonArray? args) =>
        [
            .. (args ?? []).Select(each =>
                each is JsonValue value && value.TryGetValue<string>(out var text) ? text : each?.ToJsonString() ?? ""
            ),
        ];

    private static string? RawOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text.Trim() : node?.ToJsonString();

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
                ["args"] = new JsonArray([
                    .. McpKeys
                        .Replace(server.Arguments, (name, _) => PlaceholderFor(server.Name, name, inputs))
                        .Select(each => JsonValue.Create(WriteVariables(server, each, inputs))),
                ]),
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

        var open = McpKeys.ReplaceInAddress(server.Url ?? "", (name, _) => PlaceholderFor(server.Name, name, inputs));
        var url = WriteVariables(server, open, inputs);
        var written = new JsonObject { ["type"] = server.Transport == McpTransport.Sse ? "sse" : "http", ["url"] = url };
        if (values.Count > 0)
        {
            written["headers"] = values;
        }

        return written;
    }

    private static string WriteVariables(McpServerRow server, string text, JsonArray? inputs) =>
        McpVariables.Fill(
            text,
            McpVariables
                .NamesIn(text)
                .Where(server.VariableNames.Contains)
                .ToDictionary(name => name, name => PlaceholderFor(server.Name, name, inputs))
        );

    private static string PlaceholderFor(string server, string name, JsonArray? inputs)
    {
        var id = NotOfAnId().Replace($"{server}-{name}", "-").ToLowerInvariant();
        if (inputs is null)
        {
            return $"${{{NotOfAnId().Replace(name, "_").ToUpperInvariant()}}}";
        }

        if (!inputs.Any(input => (string?)input!["id"] == id))
        {
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
        }

        return $"${{input:{id}}}";
    }

    /// <summary><c>${NAME}</c>, <c>${NAME:-default}</c>, or <c>$NAME</c> as a whole word, which some programs fill in.</summary>
    [GeneratedRegex(@"\$\{[^}]*\}|(?<=^|\s)\$[A-Z_][A-Z0-9_]*$")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\$\{((command|config):|workspaceFolder|userHome|pathSeparator|extensionPath)[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex EditorsPlaceholder();

    [GeneratedRegex("[^A-Za-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex NotOfAnId();
}

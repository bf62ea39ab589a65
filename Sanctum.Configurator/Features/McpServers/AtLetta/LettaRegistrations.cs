using Sanctum.Configurator.Features.Letta.V1;

namespace Sanctum.Configurator.Features.McpServers.AtLetta;

/// <summary>The MCP servers that a V1 Letta server has, and what it keeps of their tools.</summary>
internal static class LettaRegistrations
{
    public const string Servers = "v1/mcp-servers/";

    /// <summary>The one with this address, or else with this name.</summary>
    public static async Task<JsonElement?> FindAsync(V1Connection link, string? url, string name, CancellationToken cancel)
    {
        using var all = await link.GetAsync(Servers, cancel);
        var theirs = all.RootElement.EnumerateArray().Select(each => each.Clone()).ToList();
        return theirs
            .Where(each => !string.IsNullOrEmpty(url) && TextOf(each, "server_url")?.TrimEnd('/') == url.TrimEnd('/'))
            .Concat(theirs.Where(each => TextOf(each, "server_name") == name))
            .Select(each => (JsonElement?)each)
            .FirstOrDefault();
    }

    /// <summary>The tools in the list that Letta answers there: their ids by their names.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ToolsAsync(V1Connection link, string path, CancellationToken cancel)
    {
        using var list = await link.GetAsync(path, cancel);
        var tools = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tool in list.RootElement.EnumerateArray())
        {
            if (TextOf(tool, "name") is { } name)
            {
                tools[name] = TextOf(tool, "id") ?? "";
            }
        }

        return tools;
    }

    /// <summary>Where Letta lists what it keeps of a server.</summary>
    public static string ToolsOf(JsonElement theirs) => $"{PathOf(theirs)}/tools";

    /// <summary>Where a server lies at Letta.</summary>
    public static string PathOf(JsonElement theirs) => Servers + Uri.EscapeDataString(TextOf(theirs, "id") ?? "");

    public static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

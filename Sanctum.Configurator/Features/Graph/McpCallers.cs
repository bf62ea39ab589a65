using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>The MCP servers that the registry knows of: those that tool instances call.</summary>
internal static class McpCallers
{
    private static readonly string[] AddressKeys = ["url", "server_url"];

    /// <summary>
    /// The instances that call one, whose configurations are of the kind <c>mcp</c>. Each database looks into JSON in its own words.
    /// </summary>
    public static IQueryable<ToolInstance> CallersIn(RegistryDbContext registry) =>
        registry.Database.IsSqlite()
            ? registry.ToolInstances.FromSql(
                $"SELECT * FROM tool_instances WHERE config IS NOT NULL AND json_extract(config, '$.kind') = 'mcp'"
            )
            : registry.ToolInstances.FromSql($"SELECT * FROM tool_instances WHERE config ->> 'kind' = 'mcp'");

    /// <summary>
    /// The server that a configuration names: its address without user, password and query, which may be secret, or its command with the
    /// program that it starts. The same server has one name. Null where none is named.
    /// </summary>
    public static string? NameIn(string config)
    {
        using var json = JsonDocument.Parse(config);
        return AddressKeys.Select(key => TextOf(json.RootElement, key)).OfType<string>().Select(AddressOf).OfType<string>().FirstOrDefault()
            ?? CommandOf(json.RootElement);
    }

    /// <summary>The saved server that a configuration names; null where it names none.</summary>
    public static string? SavedIn(string config)
    {
        using var json = JsonDocument.Parse(config);
        return TextOf(json.RootElement, "mcp_server");
    }

    /// <summary>Without user, password and query, which may be secret.</summary>
    public static string? AddressOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Host.Length > 0
            ? url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/')
            : null;

    private static string? CommandOf(JsonElement config)
    {
        if (TextOf(config, "command") is not { } command)
        {
            return null;
        }

        var program =
            config.TryGetProperty("args", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray()
                    .Where(one => one.ValueKind == JsonValueKind.String)
                    .Select(one => one.GetString()!)
                    .FirstOrDefault(one => !one.StartsWith('-'))
                : null;
        return program is null ? command : $"{command} {program}";
    }

    private static string? TextOf(JsonElement config, string key) =>
        config.ValueKind == JsonValueKind.Object
        && config.TryGetProperty(key, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString()?.Trim() is { Length: > 0 } text
            ? text
            : null;
}

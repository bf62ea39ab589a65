namespace Sanctum.Configurator.Platform.Secrets;

/// <summary>
/// Where a stored secret may go: only to where it was given for. Whoever changes the scheme, the host or the port that it would be sent to,
/// or the program or the agent that would get it, gives it again or clears it; else he would learn it by naming a server of his own. The one
/// rule for settings, tools, channels and targets.
/// </summary>
public static class SecretDestination
{
    /// <summary>The members of a tool's configuration that say where it goes.</summary>
    private static readonly string[] Places =
    [
        "url",
        "uri",
        "address",
        "server",
        "mcp_server",
        "agent_id",
        "endpoint",
        "host",
        "port",
        "proxy",
        "program",
        "command",
    ];

    public static bool IsAnother(string? before, string? now) => !string.Equals(OriginOf(before), OriginOf(now), StringComparison.Ordinal);

    /// <summary>What is said to whoever changes the place and does not give the secret again.</summary>
    public static string Again(string what) => $"The {what} was entered for another address. Enter it again, or clear it.";

    /// <summary>
    /// Whether a tool instance would go elsewhere: by its kind, its server, or its program with all that it is told. Without a kind it goes
    /// nowhere.
    /// </summary>
    public static bool IsAnotherTool(JsonObject? before, JsonObject? now) =>
        Array.Exists(Places, name => IsAnother(TextOf(before?[name]), TextOf(now?[name])))
        || !string.Equals(HostIn(before), HostIn(now), StringComparison.OrdinalIgnoreCase)
        || (
            TextOf(now?["kind"]) is { Length: > 0 } kind
            && (kind != TextOf(before?["kind"]) || (kind == "command" && TextOf(before?["arguments"]) != TextOf(now?["arguments"])))
        );

    /// <summary>Behind one address, many sites are told apart by this header.</summary>
    private static string HostIn(JsonObject? config) =>
        config?["headers"] is JsonArray headers
            ? string.Join(
                ',',
                headers
                    .OfType<JsonArray>()
                    .Where(header => header.Count == 2 && TextOf(header[0]).Trim().Equals("Host", StringComparison.OrdinalIgnoreCase))
                    .Select(header => TextOf(header[1]).Trim())
            )
            : "";

    private static string OriginOf(string? address) =>
        Uri.TryCreate(address?.Trim(), UriKind.Absolute, out var place) && place.IdnHost.Length > 0
            ? $"{place.Scheme}://{place.IdnHost.ToLowerInvariant()}:{place.Port}"
            : address?.Trim() ?? "";

    private static string TextOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "";
}

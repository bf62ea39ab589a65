using System.Net.Http.Headers;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>Which headers somebody may add to what is sent to an MCP server.</summary>
internal static class HttpHeaderRules
{
    /// <summary>They are the protocol's own, or the connection's.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept",
        "Accept-Encoding",
        "Connection",
        "Content-Length",
        "Content-Type",
        "Host",
        "Last-Event-ID",
        "Mcp-Method",
        "Mcp-Name",
        "Mcp-Protocol-Version",
        "Mcp-Session-Id",
        "Transfer-Encoding",
        "Upgrade",
    };

    /// <summary>What is wrong with a header, in a sentence; null where nothing is.</summary>
    public static string? FaultOf(string name, string value)
    {
        using var request = new HttpRequestMessage();
        return Own.Contains(name) ? $"The header {name} belongs to the protocol and can't be set."
            : !IsName(request.Headers, name) ? $"{name} can't be the name of a header. Use letters, digits and dashes."
            : Sendable.FaultOfKey(value.Replace(" ", "", StringComparison.Ordinal)) is { } fault ? $"The header {name}: {fault}"
            : null;
    }

    /// <exception cref="OutboundFailedException">One can't be sent.</exception>
    public static void Check(IReadOnlyDictionary<string, string> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (FaultOf(name, value) is { } fault)
            {
                throw new OutboundFailedException(OutboundFailure.Unsendable, fault);
            }
        }
    }

    private static bool IsName(HttpRequestHeaders headers, string name) => name.Length > 0 && headers.TryAddWithoutValidation(name, "x");
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>How messages reach a server.</summary>
public enum McpTransport
{
    [JsonStringEnumMemberName("streamable_http")]
    StreamableHttp,

    /// <summary>The older way over HTTP: one stream of events, and a second address to send to. SMCP speaks it.</summary>
    [JsonStringEnumMemberName("sse")]
    Sse,

    /// <summary>A program of this machine, over its standard input and output.</summary>
    [JsonStringEnumMemberName("stdio")]
    Stdio,
}

/// <summary>The transports as the registry and people name them.</summary>
public static class McpTransports
{
    public const string Auto = "auto";

    /// <summary>As it is stored and sent.</summary>
    public static string Text(this McpTransport transport) =>
        transport switch
        {
            McpTransport.StreamableHttp => "streamable_http",
            McpTransport.Sse => "sse",
            _ => "stdio",
        };

    public static string Title(this McpTransport transport) =>
        transport switch
        {
            McpTransport.StreamableHttp => "Streamable HTTP",
            McpTransport.Sse => "SSE",
            _ => "stdio",
        };

    public static string Title(string? text) => Find(text)?.Title() ?? (text == Auto ? "Automatic" : text ?? "");

    public static McpTransport? Find(string? text) =>
        text switch
        {
            "streamable_http" => McpTransport.StreamableHttp,
            "sse" => McpTransport.Sse,
            "stdio" => McpTransport.Stdio,
            _ => null,
        };
}

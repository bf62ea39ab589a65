using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>The transports as the registry and people name them.</summary>
public static class McpTransports
{
    public static readonly IReadOnlyList<McpTransport> All =
    [
        McpTransport.Auto,
        McpTransport.StreamableHttp,
        McpTransport.Sse,
        McpTransport.Stdio,
    ];

    /// <summary>As it is stored and sent.</summary>
    public static string Text(this McpTransport transport) => EnumText<McpTransport>.Of(transport);

    public static string Title(this McpTransport transport) =>
        transport switch
        {
            McpTransport.Auto => "Automatic",
            McpTransport.StreamableHttp => "Streamable HTTP",
            McpTransport.Sse => "SSE",
            _ => "stdio",
        };

    public static string TitleOf(string? text) => EnumText<McpTransport>.Find(text ?? "") is { } found ? found.Title() : text ?? "";
}

using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>An agent with a key: the protocol's own client, connected to a console.</summary>
internal sealed class Agent : IAsyncDisposable
{
    public const string Newest = "2026-07-28";
    public const string WithHandshake = "2025-11-25";

    private readonly HttpClient _http;

    private Agent(McpClient client, HttpClient http) => (Client, _http) = (client, http);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public McpClient Client { get; }

    /// <param name="version">The only version of the protocol that it speaks; null for the newest that both know.</param>
    public static async Task<Agent> ConnectAsync(Uri console, string key, string path = "/mcp", string? version = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var transport = new HttpClientTransport(
            new() { Endpoint = new(console, path), TransportMode = HttpTransportMode.StreamableHttp },
            http
        );
        return new(await McpClient.CreateAsync(transport, new() { ProtocolVersion = version }, cancellationToken: Cancel), http);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        _http.Dispose();
    }

    public async Task<IReadOnlyList<Tool>> ToolsAsync() =>
        [.. (await Client.ListToolsAsync(cancellationToken: Cancel)).Select(tool => tool.ProtocolTool)];

    public async Task<CallToolResult> CallAsync(string tool, object? arguments = null) =>
        await Client.CallToolAsync(
            tool,
            JsonSerializer
                .SerializeToNode(arguments ?? new { })!
                .AsObject()
                .ToDictionary(argument => argument.Key, argument => (object?)argument.Value),
            cancellationToken: Cancel
        );

    /// <summary>What a call that is done answers.</summary>
    public async Task<JsonObject> AskAsync(string tool, object? arguments = null)
    {
        var result = await CallAsync(tool, arguments);
        Assert.True(result.IsError != true, TextOf(result));
        return JsonNode.Parse(TextOf(result))!.AsObject();
    }

    /// <summary>Why a call was refused.</summary>
    public async Task<string> RefusedAsync(string tool, object? arguments = null)
    {
        var result = await CallAsync(tool, arguments);
        Assert.True(result.IsError, TextOf(result));
        return TextOf(result);
    }

    public static string TextOf(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
}

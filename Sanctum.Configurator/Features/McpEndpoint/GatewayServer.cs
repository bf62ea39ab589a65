using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Sanctum.Configurator.Features.McpServers;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>
/// Another MCP server behind the console's own address: with what was approved of it, and nothing else. All clients share the console's one
/// session with it.
/// </summary>
internal sealed partial class GatewayServer(McpGateway gateway, CurrentUser caller, ILogger<GatewayServer> log)
{
    private const string Discover = "server/discover";

    public async Task ConfigureAsync(HttpContext context, string server, McpServerOptions options, CancellationToken cancel)
    {
        options.ServerInfo = new() { Name = server, Version = "1" };
        options.ServerInstructions = IsGreeting(context.Request) ? await InstructionsAsync(server, cancel) : null;
        options.Handlers = new()
        {
            ListToolsHandler = async (_, token) => new() { Tools = [.. (await OfferAsync(server, token)).Tools] },
            CallToolHandler = async (request, token) => await CallAsync(server, request, token),
        };
    }

    /// <summary>Only then are the instructions said.</summary>
    private static bool IsGreeting(HttpRequest request) =>
        request.Headers["Mcp-Method"] == Discover || !request.Headers.ContainsKey("MCP-Protocol-Version");

    /// <summary>The approved ones; none where the server does not answer, which its tools will say.</summary>
    private async Task<string?> InstructionsAsync(string server, CancellationToken cancel) =>
        await gateway.ListAsync(server, caller.Id, cancel) is Outcome<McpOffer>.Ok offer ? offer.Value.Instructions : null;

    private async Task<McpOffer> OfferAsync(string server, CancellationToken cancel) =>
        await gateway.ListAsync(server, caller.Id, cancel) switch
        {
            Outcome<McpOffer>.Ok offer => offer.Value,
            var refused => throw new McpProtocolException(WhyNot(refused, server), McpErrorCode.InternalError),
        };

    private async ValueTask<CallToolResult> CallAsync(
        string server,
        RequestContext<CallToolRequestParams> request,
        CancellationToken cancel
    )
    {
        var asked = request.Params;
        var given = new JsonObject(
            (asked.Arguments ?? new Dictionary<string, JsonElement>()).Select(argument =>
                KeyValuePair.Create(argument.Key, JsonSerializer.SerializeToNode(argument.Value))
            )
        );
        var relay = asked.ProgressToken is { } token ? new Relay(request.Server, token, cancel) : null;
        var outcome = await gateway.CallAsync(server, asked.Name, given, caller.Id, cancel, relay);
        await (relay?.Told ?? Task.CompletedTask);
        LogCalled(asked.Name, server, caller.Actor.Name, outcome is Outcome<CallToolResult>.Ok);
        return outcome is Outcome<CallToolResult>.Ok answered ? answered.Value : ToolAnswer.Refused(WhyNot(outcome, server));
    }

    private static string WhyNot<T>(Outcome<T> refused, string server) =>
        refused is Outcome<T>.NotFound
            ? $"The console knows no MCP server named {server}. Look at the page MCP servers."
            : refused.ProblemWith($"The MCP server {server}") ?? "";

    /// <summary>Tells the client what the server says while it works, one after the other.</summary>
    private sealed class Relay(McpServer client, ProgressToken token, CancellationToken cancel) : IProgress<ProgressNotificationValue>
    {
        private readonly Lock _lock = new();

        public Task Told { get; private set; } = Task.CompletedTask;

        public void Report(ProgressNotificationValue value)
        {
            lock (_lock)
            {
                Told = TellAsync(Told, value);
            }
        }

        private async Task TellAsync(Task before, ProgressNotificationValue value)
        {
            await before;
            await client.NotifyProgressAsync(token, value, cancellationToken: cancel);
        }
    }

    [LoggerMessage(LogLevel.Information, "The tool {Tool} of the MCP server {Server} was called by {Who}; answered: {Answered}")]
    private partial void LogCalled(string tool, string server, string who, bool answered);
}

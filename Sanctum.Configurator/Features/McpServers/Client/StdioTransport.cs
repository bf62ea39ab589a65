using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Processes;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>
/// Speaks with a program of this machine. The library's own transport would hand the console's environment on to it, and knows no list of
/// what may be started.
/// </summary>
internal sealed class StdioTransport(McpProcess process) : IClientTransport
{
    public string Name => "mcp-stdio";

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) =>
        new Running(await new StreamClientTransport(process.Input, process.Output).ConnectAsync(cancellationToken), process);

    private sealed class Running(ITransport inner, McpProcess process) : ITransport
    {
        public string? SessionId => inner.SessionId;

        public System.Threading.Channels.ChannelReader<JsonRpcMessage> MessageReader => inner.MessageReader;

        public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
        {
            try
            {
                await inner.SendMessageAsync(message, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                process.IsBroken = true;
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            // The reading of its output ends when it has.
            await process.DisposeAsync();
            await inner.DisposeAsync();
        }
    }
}

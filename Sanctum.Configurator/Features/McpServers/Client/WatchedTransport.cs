using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>A transport whose negotiation is listened to.</summary>
/// <param name="skipsDiscover">
/// The newer era's question is not sent, as its answer is known: SSE has no such era, or the server has no ear for it. To the library, the
/// server does not know it.
/// </param>
/// <param name="secrets">Taken out of all that the server says.</param>
internal sealed class WatchedTransport(IClientTransport inner, McpNegotiation negotiation, HiddenSecrets secrets, bool skipsDiscover)
    : IClientTransport
{
    public string Name => "mcp";

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) =>
        new Watched(await inner.ConnectAsync(cancellationToken), negotiation, secrets, skipsDiscover);

    private sealed class Watched : ITransport
    {
        private const int MethodNotFound = -32601;

        private readonly Channel<JsonRpcMessage> _messages = Channel.CreateUnbounded<JsonRpcMessage>();
        private readonly ITransport _inner;
        private readonly McpNegotiation _negotiation;
        private readonly HiddenSecrets _secrets;
        private readonly bool _skipsDiscover;
        private readonly Task _passing;

        public Watched(ITransport inner, McpNegotiation negotiation, HiddenSecrets secrets, bool skipsDiscover)
        {
            (_inner, _negotiation, _secrets, _skipsDiscover) = (inner, negotiation, secrets, skipsDiscover);
            _passing = PassAsync();
        }

        public string? SessionId => _inner.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader => _messages.Reader;

        public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
        {
            if (_skipsDiscover && message is JsonRpcRequest { Method: RequestMethods.ServerDiscover } discover)
            {
                var unknown = new JsonRpcErrorDetail { Code = MethodNotFound, Message = "Method not found" };
                _messages.Writer.TryWrite(new JsonRpcError { Id = discover.Id, Error = unknown });
                return;
            }

            if (message is not JsonRpcRequest request)
            {
                await _inner.SendMessageAsync(message, cancellationToken);
                return;
            }

            _negotiation.Begin(request);
            try
            {
                await _inner.SendMessageAsync(message, cancellationToken);
            }
            catch (Exception e)
            {
                _negotiation.Fail(e);
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _inner.DisposeAsync();
            await _passing;
        }

        /// <summary>A server may repeat what it was given.</summary>
        private void Hide(JsonRpcMessage message)
        {
            switch (message)
            {
                case JsonRpcResponse response:
                    response.Result = _secrets.Hide(response.Result);
                    break;
                case JsonRpcError { Error: { } error }:
                    error.Message = _secrets.Hide(error.Message);
                    break;
                case JsonRpcRequest request:
                    request.Params = _secrets.Hide(request.Params);
                    break;
                case JsonRpcNotification notification:
                    notification.Params = _secrets.Hide(notification.Params);
                    break;
            }
        }

        private async Task PassAsync()
        {
            Exception? end = null;
            try
            {
                await foreach (var message in _inner.MessageReader.ReadAllAsync())
                {
                    Hide(message);
                    _negotiation.Answer(message);
                    await _messages.Writer.WriteAsync(message);
                }
            }
            catch (Exception e)
            {
                // Whoever reads is told by the end of the messages.
                end = e;
            }

            _messages.Writer.TryComplete(end);
        }
    }
}

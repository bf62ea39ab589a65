namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// Sends <see cref="ExactRequest"/>s to one origin, one after the other, each on a connection of its own. HttpClient finds, guards and
/// reads;
/// only the head that it would write is left out, for the request's own. Answers live as long as the client.
/// </summary>
public sealed class ExactClient : IDisposable
{
    private readonly HttpClient _client;
    private byte[] _head = [];

    internal ExactClient(SocketsHttpHandler connections, Uri origin, long limit)
    {
        connections.PooledConnectionLifetime = TimeSpan.Zero;
        connections.PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new HeadStream(context.PlaintextStream, _head));
        _client = new(new GuardedHandler(connections, origin, token: null, limit)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <returns>The answer, of which the head has come.</returns>
    public async Task<HttpResponseMessage> SendAsync(ExactRequest request, CancellationToken cancel)
    {
        _head = request.Head;

        // Of what HttpClient makes of this, only the body is sent; the method tells it whether the answer will have one.
        using var message = new HttpRequestMessage(request.Method == "HEAD" ? HttpMethod.Head : HttpMethod.Post, request.Origin);
        message.Content = request.Body is { } body ? new ReadOnlyMemoryContent(body) : null;
        return await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    public void Dispose() => _client.Dispose();
}

using System.Net;
using System.Net.WebSockets;
using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>
/// The HTTP of one test, over its one connection, which a WebSocket takes over in the end. No User-Agent is sent: Letta gives unknown ones
/// its legacy answers.
/// </summary>
internal sealed class ProbeHttp : IDisposable
{
    private readonly LettaTarget _target;
    private readonly Shown _shown;
    private readonly SocketsHttpHandler _connections;
    private readonly HttpClient _client;

    public ProbeHttp(LettaTarget target, LettaSocket line, OutboundTls tls, int limit, Shown shown)
    {
        (_target, _shown) = (target, shown);

        // The very handler that everything is called with afterwards, over the one connection of the test.
        _connections = OutboundHttp.NewHandler(tls, (_, cancel) => line.TakeAsync(cancel));
        _client = new HttpClient(new GuardedHandler(_connections, target.BaseAddress, token: null, limit))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public bool HasToken => _target.Token is { Length: > 0 };

    public bool CanSendToken => _target.Token!.All(c => c is >= ' ' and < '\x7f');

    public async Task<LettaAnswer> GetAsync(string path, bool withToken, CancellationToken cancel)
    {
        var place = new Uri(_target.BaseAddress, path);
        using var request = new HttpRequestMessage(HttpMethod.Get, place)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (withToken)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_target.Token}");
        }

        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        return await LettaAnswer.ReadAsync(response, place, _shown, cancel);
    }

    /// <summary>Opens the App Server's WebSocket.</summary>
    /// <returns>Without a socket, the status of the answer that came instead of one.</returns>
    public Task<(ClientWebSocket? Socket, int Status)> UpgradeAsync(bool withToken, CancellationToken cancel) =>
        OutboundHttp.ConnectAsync(_connections, AppServerLink.AddressOf(_target.BaseAddress), withToken ? _target.Token : null, cancel);

    public void Dispose() => _client.Dispose();
}

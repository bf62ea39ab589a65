using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// The one way out for HTTP. Redirects are not followed, proxies and cookies are off, every connection passes
/// <see cref="OutboundDialer"/>, answers are capped, and whatever fails is an <see cref="OutboundFailedException"/>. Clients are cheap:
/// they share the connections.
/// </summary>
public sealed class OutboundHttp(OutboundDialer dialer, OutboundTls tls, IOptions<OutboundOptions> options) : IDisposable
{
    /// <summary>How often an open WebSocket is asked whether it is still there, and how long it may take to answer.</summary>
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(20);

    private readonly SocketsHttpHandler _connections = NewHandler(
        tls,
        async (context, cancel) => await dialer.DialAsync(context.DnsEndPoint, cancel)
    );

    /// <summary>A client for <paramref name="baseAddress"/> and nothing else; the token goes to its origin only.</summary>
    /// <param name="maxResponseBytes">Instead of <see cref="OutboundOptions.MaxResponseBytes"/>, for streams and downloads.</param>
    /// <param name="offersCodings">Whether compressed answers are asked for; those that come unasked are read all the same.</param>
    public HttpClient CreateClient(Uri baseAddress, string? token = null, long? maxResponseBytes = null, bool offersCodings = true) =>
        WebAddress.FaultOf(baseAddress) is { } fault
            ? throw new OutboundFailedException(OutboundFailure.Unsendable, fault)
            : NewClient(
                new(_connections, baseAddress, token, maxResponseBytes ?? options.Value.MaxResponseBytes, offersCodings),
                baseAddress
            );

    /// <summary>The same for a library that is given a handler: what it sends passes all the same.</summary>
    internal HttpMessageHandler CreateHandler(Uri baseAddress, string? token, long maxResponseBytes) =>
        WebAddress.FaultOf(baseAddress) is { } fault
            ? throw new OutboundFailedException(OutboundFailure.Unsendable, fault)
            : new GuardedHandler(_connections, baseAddress, token, maxResponseBytes);

    /// <summary>The same without a token, for any address that the guard allows.</summary>
    internal HttpMessageHandler CreateHandler(long maxResponseBytes) =>
        new GuardedHandler(_connections, origin: null, token: null, maxResponseBytes);

    /// <summary>A client without a token, for any address that the guard allows.</summary>
    public HttpClient CreateClient() =>
        NewClient(new(_connections, origin: null, token: null, options.Value.MaxResponseBytes), baseAddress: null);

    /// <summary>
    /// What the client of a library sends through, under the same rules. It shares the connections: it is not to be disposed.
    /// </summary>
    public HttpMessageHandler CreateHandler(Uri baseAddress, long maxResponseBytes) =>
        WebAddress.FaultOf(baseAddress) is { } fault
            ? throw new OutboundFailedException(OutboundFailure.Unsendable, fault)
            : new GuardedHandler(_connections, baseAddress, token: null, maxResponseBytes);

    /// <summary>A client whose requests go out byte for byte as they are written.</summary>
    public ExactClient CreateExactClient(Uri origin, long maxResponseBytes) =>
        new(NewHandler(tls, async (context, cancel) => await dialer.DialAsync(context.DnsEndPoint, cancel)), origin, maxResponseBytes);

    /// <summary>
    /// A WebSocket under the same rules: guarded, with our certificates, without proxy, redirects and Origin. A server that vanishes
    /// without a word is noticed, because it is pinged.
    /// </summary>
    /// <param name="address">ws or wss.</param>
    /// <returns>Without a socket, the status of the answer that came instead of one.</returns>
    /// <exception cref="OutboundFailedException">No answer came, or the token can't be sent.</exception>
    public Task<(ClientWebSocket? Socket, int Status)> ConnectAsync(Uri address, string? token, CancellationToken cancel) =>
        ConnectAsync(_connections, address, token, cancel);

    /// <summary>The same over connections of the caller's own, made by <see cref="NewHandler"/>.</summary>
    internal static async Task<(ClientWebSocket? Socket, int Status)> ConnectAsync(
        SocketsHttpHandler connections,
        Uri address,
        string? token,
        CancellationToken cancel
    )
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.KeepAliveInterval = Ping;
            socket.Options.KeepAliveTimeout = Ping;
            if (token is { Length: > 0 })
            {
                GuardedHandler.CheckToken(token);
                socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            }

            using var invoker = new HttpMessageInvoker(connections, disposeHandler: false);
            await socket.ConnectAsync(address, invoker, cancel);
            return (socket, (int)HttpStatusCode.SwitchingProtocols);
        }
        catch (WebSocketException) when (socket.HttpStatusCode is not 0 and not HttpStatusCode.SwitchingProtocols)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            return (null, status);
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutboundFailedException)
        {
            socket.Dispose();
            cancel.ThrowIfCancellationRequested();
            throw OutboundFailures.Explain(e.InnerException ?? e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _connections.Dispose();

    internal static SocketsHttpHandler NewHandler(
        OutboundTls tls,
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> dial
    ) =>
        new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // The guarded handler unpacks: the library knows fewer codings, and throws what nobody expects.
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // Trace headers would tell strangers how the console works inside.
            ActivityHeadersPropagator = null,
            SslOptions = tls.NewOptions(),
            ConnectCallback = dial,
        };

    // The shared connections outlive each client.
    private static HttpClient NewClient(GuardedHandler handler, Uri? baseAddress) =>
        new(handler, disposeHandler: false) { BaseAddress = baseAddress };
}

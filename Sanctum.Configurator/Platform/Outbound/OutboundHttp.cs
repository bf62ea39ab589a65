using System.Net;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// The one way out for HTTP. Redirects are not followed, proxies and cookies are off, every connection passes
/// <see cref="OutboundDialer"/>, answers are capped, and whatever fails is an <see cref="OutboundFailedException"/>. Clients are cheap:
/// they share the connections.
/// </summary>
public sealed class OutboundHttp(OutboundDialer dialer, OutboundTls tls, IOptions<OutboundOptions> options) : IDisposable
{
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

    /// <summary>A client without a token, for any address that the guard allows.</summary>
    public HttpClient CreateClient() =>
        NewClient(new(_connections, origin: null, token: null, options.Value.MaxResponseBytes), baseAddress: null);

    /// <summary>A client whose requests go out byte for byte as they are written.</summary>
    public ExactClient CreateExactClient(Uri origin, long maxResponseBytes) =>
        new(NewHandler(tls, async (context, cancel) => await dialer.DialAsync(context.DnsEndPoint, cancel)), origin, maxResponseBytes);

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

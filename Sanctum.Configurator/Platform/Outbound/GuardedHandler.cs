using System.Net.Http.Headers;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>Keeps a client to its one origin, gives the token to that origin only, and caps what comes back.</summary>
internal sealed class GuardedHandler(HttpMessageHandler inner, Uri? origin, string? token, long limit)
    : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var place = request.RequestUri ?? throw new InvalidOperationException("The request names no address.");
        if (origin is not null && !IsSameOrigin(origin, place))
        {
            throw new OutboundRefusedException(
                place.GetLeftPart(UriPartial.Authority),
                $"this client speaks to {origin.GetLeftPart(UriPartial.Authority)} only");
        }

        if (token is { Length: > 0 })
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        var response = await base.SendAsync(request, cancellationToken);
        await CapAsync(response, cancellationToken);
        return response;
    }

    // The base class would pass a synchronous call on without any of the above.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Guarded clients are asynchronous.");

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port
        && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private async Task CapAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentLength > limit)
        {
            response.Dispose();
            throw new ResponseTooLargeException(limit);
        }

        var body = await response.Content.ReadAsStreamAsync(cancel);
        var capped = new StreamContent(new CappedStream(body, limit));
        foreach (var (name, values) in response.Content.Headers)
        {
            capped.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = capped;
    }
}

using System.Net.Http.Headers;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// Keeps a client to its one origin, gives the token to that origin only, reads what comes back (<see cref="AnswerContent"/>), and makes
/// one
/// exception of whatever fails: <see cref="OutboundFailedException"/>.
/// </summary>
internal sealed class GuardedHandler(HttpMessageHandler inner, Uri? origin, string? token, long limit, bool offersCodings = true)
    : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            Prepare(request);
            response = await base.SendAsync(request, cancellationToken);
            await AnswerContent.UnpackAsync(response, request.Method == HttpMethod.Head, limit, cancellationToken);
            return response;
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutboundFailedException)
        {
            response?.Dispose();

            // An aborted call shows itself in many ways.
            cancellationToken.ThrowIfCancellationRequested();
            throw OutboundFailures.Explain(e);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    /// <exception cref="OutboundFailedException">It holds what no header can.</exception>
    internal static void CheckToken(string token)
    {
        if (!token.All(c => c is >= ' ' and < '\x7f'))
        {
            throw new OutboundFailedException(
                OutboundFailure.Unsendable,
                "the token contains characters that can't be sent. Copy it again: plain letters, digits and symbols on one line."
            );
        }
    }

    // The base class would pass a synchronous call on without any of the above.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Guarded clients are asynchronous.");

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme
        && one.Port == other.Port
        && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private void Prepare(HttpRequestMessage request)
    {
        var place = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        if (WebAddress.FaultOf(place) is { } fault)
        {
            throw new OutboundFailedException(OutboundFailure.Unsendable, fault);
        }

        if (origin is not null && !IsSameOrigin(origin, place))
        {
            throw new OutboundRefusedException(
                place.GetLeftPart(UriPartial.Authority),
                $"this client only connects to {origin.GetLeftPart(UriPartial.Authority)}"
            );
        }

        if (token is { Length: > 0 })
        {
            CheckToken(token);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (offersCodings && !request.Headers.NonValidated.Contains("Accept-Encoding"))
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", AnswerContent.Codings);
        }
    }
}

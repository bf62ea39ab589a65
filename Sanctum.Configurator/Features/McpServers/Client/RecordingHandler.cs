using System.Net;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>Tells the negotiation what HTTP answers, and leaves the answers as they are.</summary>
/// <param name="stepUp">Told what the server asks for beyond the rights of the sign-in; null where nobody signs in.</param>
internal sealed partial class RecordingHandler(
    HttpMessageHandler inner,
    Uri server,
    McpNegotiation negotiation,
    McpStepUp? stepUp,
    HiddenSecrets secrets,
    TimeProvider clock
) : DelegatingHandler(inner)
{
    private const int LongestSaid = 300;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        if (request.Headers.Authorization?.Parameter is { } sent)
        {
            // Of somebody who is signed in: nobody else knows it.
            secrets.Add(sent);
        }

        var response = await base.SendAsync(request, cancellationToken);
        await CleanAsync(response, cancellationToken);
        if (
            request.Method == HttpMethod.Get
            && negotiation.Transport == McpTransport.StreamableHttp
            && response.StatusCode == HttpStatusCode.NotFound
        )
        {
            // The server has no stream of its own, which is its right. The library would take it for the end of the session.
            response.StatusCode = HttpStatusCode.MethodNotAllowed;
        }

        if (response.StatusCode == HttpStatusCode.Forbidden && McpStepUp.ScopesIn(ChallengeOf(response)) is { } scopes)
        {
            stepUp?.Ask(scopes);
        }

        if (negotiation.IsOver || !IsOfServer(request))
        {
            return response;
        }

        var answer = await ReadAsync(response, cancellationToken);
        if (request.Method == HttpMethod.Post)
        {
            negotiation.Answer(answer);
        }
        else if (request.Method == HttpMethod.Get)
        {
            negotiation.Opened(answer, since);
            RefuseOther(response, answer);
        }

        return response;
    }

    /// <summary>The others are of whoever gives tokens.</summary>
    private bool IsOfServer(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post
            ? request.RequestUri?.Authority == server.Authority && request.Content is System.Net.Http.Json.JsonContent
            : negotiation.Transport == McpTransport.Sse && request.RequestUri == server;

    /// <summary>The library would wait for events in whatever page comes.</summary>
    private static void RefuseOther(HttpResponseMessage response, HttpAnswer answer)
    {
        if (answer.IsSuccess && answer.ContentType != "text/event-stream")
        {
            response.Dispose();
            throw new InvalidDataException($"The answer is no stream of events but {answer.ContentType ?? "of no kind"}.");
        }
    }

    /// <summary>The library tells what a refusal says. It is read in whatever charset it is, and handed on in one that is known.</summary>
    private async Task CleanAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var (bytes, kind) = (await response.Content.ReadAsByteArrayAsync(cancel), response.Content.Headers.ContentType);
        response.Content = new StringContent(secrets.Hide(OutsideText.Read(bytes, kind?.CharSet)), Encoding.UTF8)
        {
            Headers = { ContentType = kind?.MediaType is { } media ? new(media, Encoding.UTF8.WebName) : null },
        };
    }

    private async Task<HttpAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var said = response.IsSuccessStatusCode ? null : Blanks().Replace(await response.Content.ReadAsStringAsync(cancel), " ").Trim();
        return new(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Location is { } place
                ? new Uri(response.RequestMessage!.RequestUri!, secrets.Hide(place.OriginalString))
                : null,
            ChallengeOf(response) is { } challenge ? secrets.Hide(challenge) : null,
            said is { Length: > LongestSaid } ? $"{said[..LongestSaid]}…" : said
        );
    }

    private static string? ChallengeOf(HttpResponseMessage response) =>
        response.Headers.WwwAuthenticate.Count == 0 ? null : string.Join(", ", response.Headers.WwwAuthenticate);

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();
}

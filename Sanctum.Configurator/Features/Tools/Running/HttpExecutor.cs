using System.Net;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Tools.Running;

/// <summary>Makes one HTTP request.</summary>
internal sealed class HttpExecutor(OutboundHttp http) : IToolExecutor
{
    private const int MostRedirects = 10;
    private const long AnyLength = 1L << 40;

    public string Kind => HttpCall.HttpKind;

    public string Title => "HTTP request";

    public IReadOnlyList<string> Overridable => ["body"];

    public string Schema =>
        """
            {"type": "object", "required": ["kind", "method", "url", "headers", "secrets"], "properties": {
              "kind": {"const": "http"},
              "method": {"type": "string", "title": "Method", "pattern": "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$", "default": "GET"},
              "url": {"type": "string", "title": "Address", "minLength": 1},
              "headers": {"type": "array", "title": "Headers", "description": "Name and value of each.", "default": [], "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string"}}},
              "secrets": {"type": "array", "title": "Names of its secrets", "default": [], "items": {"type": "string"}},
              "body": {"type": "string", "title": "Body", "format": "textarea"},
              "is_base64": {"type": "boolean", "title": "The body is base64", "default": false},
              "follow_redirects": {"type": "boolean", "title": "Follow redirects on the same server", "default": false},
              "timeout_seconds": {"type": "number", "title": "Time limit", "description": "In seconds.", "exclusiveMinimum": 0, "maximum": 3600}}}
            """;

    public string? TargetOf(JsonObject config) => HttpCall.Find(config) is { } call ? NameOf(call) : null;

    /// <summary>Method and host.</summary>
    public static string NameOf(HttpCall call) => $"{call.Method} {HostOf(call)}";

    private static string HostOf(HttpCall call) =>
        Uri.TryCreate(call.Url, UriKind.Absolute, out var url) ? url.Authority : "another server";

    public async Task<RunResult> RunAsync(ToolCall run, Action<string> say, CancellationToken cancel)
    {
        if (HttpCall.Find(run.Config) is not { } call)
        {
            return RunResult.Failed("The configuration is not a valid HTTP request.");
        }

        try
        {
            // No more than the shown beginning of an answer is read, however long it is.
            var request = RequestOf(call);
            using var client = http.CreateExactClient(request.Origin, maxResponseBytes: AnyLength);
            using var answer = await SendAsync(client, call, request, cancel);
            var (body, isCut) = await ReadAsync(answer.Content, cancel);
            return RunResult.Of(answer.IsSuccessStatusCode, MessageOf(answer), body) with
            {
                Status = (int)answer.StatusCode,
                ContentType = answer.Content.Headers.ContentType?.ToString(),
                IsCut = isCut,
            };
        }
        catch (Exception e) when (OutboundFailures.Find(e) is { } failed)
        {
            return RunResult.Failed($"The request to {HostOf(call)} failed: {failed.Message}");
        }
        catch (UnsendableException e)
        {
            return RunResult.Failed(e.Message);
        }
        catch (FormatException)
        {
            return RunResult.Failed("The body is not valid base64. Correct it in the configuration.");
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(
        ExactClient client,
        HttpCall call,
        ExactRequest request,
        CancellationToken cancel
    )
    {
        var origin = request.Origin;
        for (var redirects = 0; ; redirects++)
        {
            var answer = await client.SendAsync(request, cancel);
            if (
                !call.FollowRedirects
                || redirects >= MostRedirects
                || (int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308)
                || answer.Headers.Location is not { } place
                || !IsSameServer(origin, new Uri(new Uri(origin, request.Target), place))
            )
            {
                return answer;
            }

            call = call with { Url = AddressOf(request, place) };
            if (
                call.Method != "HEAD"
                && (int)answer.StatusCode is not (307 or 308)
                && ((int)answer.StatusCode is 303 || call.Method == "POST")
            )
            {
                call = call with { Method = "GET", Body = null, Headers = [.. call.Headers.Where(header => !IsOfBody(header[0]))] };
            }

            request = RequestOf(call);
            answer.Dispose();
        }
    }

    private static bool IsSameServer(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>A place that is whole is called as the server wrote it.</summary>
    private static string AddressOf(ExactRequest request, Uri place) =>
        place.IsAbsoluteUri && place.OriginalString.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? place.OriginalString
        : place.OriginalString is ['/', not '/', ..] ? $"{request.Origin.GetLeftPart(UriPartial.Authority)}{place.OriginalString}"
        : new Uri(new Uri(request.Origin, request.Target), place).AbsoluteUri;

    private static bool IsOfBody(string name) =>
        name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);

    private static ExactRequest RequestOf(HttpCall call) =>
        ExactRequest.Of(
            call.Method,
            call.Url,
            call.Headers.Select(header => (header[0], header[1])),
            call.Body is not { } body ? (ReadOnlyMemory<byte>?)null
                : call.IsBase64 ? Convert.FromBase64String(body)
                : Encoding.UTF8.GetBytes(body)
        );

    private static string MessageOf(HttpResponseMessage answer) =>
        answer switch
        {
            { StatusCode: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest, Headers.Location: { } place } =>
                $"The server redirects to {(place.IsAbsoluteUri ? place.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : "another address")}, which was not followed.",
            { IsSuccessStatusCode: true } => $"{(int)answer.StatusCode} {answer.ReasonPhrase}",
            _ => $"The server answered {(int)answer.StatusCode} {answer.ReasonPhrase}.",
        };

    /// <summary>The beginning of a text; null for what is no text.</summary>
    private static async Task<(string? Text, bool IsCut)> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        await using var source = await content.ReadAsStreamAsync(cancel);
        var bytes = new byte[RunResult.MostOutput + 1];
        var length = await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        var shown = bytes.AsSpan(0, Math.Min(length, RunResult.MostOutput));
        return length == 0 || shown.Contains((byte)0)
            ? (null, false)
            : (OutsideText.Read(shown, content.Headers.ContentType?.CharSet), length > RunResult.MostOutput);
    }
}

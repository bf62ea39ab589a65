using System.Net;
using System.Net.Http.Headers;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>
/// What stands between a provider's library and the wire: signs in as the provider wants it, and makes one exception of whatever is no
/// answer, so that all libraries fail alike. It remembers the end of the answer, as some put an error inside a good one.
/// </summary>
public sealed class LlmHandler(LlmPlace place, HttpMessageHandler guarded) : DelegatingHandler(guarded)
{
    private const int LongestError = 64 * 1024;
    private static readonly string[] KeyHeaders = ["Authorization", "x-api-key", "api-key"];
    private const string StreamOptions = "stream_options";
    private const string Chat = "/chat/completions";

    private TailStream? _answer;
    private OddAnswers? _odd;

    /// <summary>The last characters of the last answer.</summary>
    public string Tail => _answer?.Tail ?? "";

    /// <summary>The reason by which the server says that the last answer broke off; null where it says none.</summary>
    public string? BadEnd => _odd?.BadEnd;

    /// <summary>What a call of a tool was given, as it was written; null where nothing is known of it.</summary>
    public string? ArgumentsOf(string call) => _odd?.ArgumentsOf(call);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(request, cancellationToken);
        }
        catch (OutboundFailedException e)
        {
            throw LlmAnswers.Explain(place, e);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        SignIn(request);
        var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancel);
        var answer = await base.SendAsync(request, cancel);
        if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity && body is not null)
        {
            var error = await ErrorTextAsync(answer, cancel);
            if (!error.Contains(StreamOptions, StringComparison.Ordinal) || Without(body, StreamOptions) is not { } less)
            {
                throw LlmAnswers.Explain(place, answer.StatusCode, error);
            }

            // Older servers don't know how to count tokens in a stream, and refuse what asks for it.
            answer.Dispose();
            answer = await base.SendAsync(Again(request, less), cancel);
        }

        if ((int)answer.StatusCode is >= 300 and < 400)
        {
            var elsewhere = answer.Headers.Location;
            answer.Dispose();
            throw LlmAnswers.NotAnApi(place, elsewhere is null ? "a redirect" : $"a redirect to {new Uri(place.Address, elsewhere)}");
        }

        if ((int)answer.StatusCode >= 400)
        {
            // A date is meant by the provider's own clock.
            var wait = OutsideAnswers.RetryAfterOf(answer, answer.Headers.Date ?? DateTimeOffset.MaxValue);
            throw LlmAnswers.Explain(place, answer.StatusCode, await ErrorTextAsync(answer, cancel), wait);
        }

        if (answer.Content.Headers.ContentType?.MediaType is "text/html")
        {
            answer.Dispose();
            throw LlmAnswers.NotAnApi(place, "a web page");
        }

        _answer = new(await answer.Content.ReadAsStreamAsync(cancel), place);
        var content = await ContentAsync(request, body, answer.Content.Headers.ContentType, cancel);
        answer.Content = content;
        return answer;
    }

    private async Task<HttpContent> ContentAsync(
        HttpRequestMessage request,
        byte[]? body,
        MediaTypeHeaderValue? type,
        CancellationToken cancel
    )
    {
        HttpContent content;
        _odd = new();
        if (
            place.Provider.Dialect != LlmDialect.OpenAi
            || request.RequestUri?.AbsolutePath.EndsWith(Chat, StringComparison.Ordinal) != true
        )
        {
            content = new StreamContent(_answer!);
        }
        else if (type?.MediaType is not "application/json")
        {
            content = new StreamContent(new MendedStream(_answer!, _odd.Line));
        }
        else
        {
            using var whole = new MemoryStream();
            await _answer!.CopyToAsync(whole, cancel);
            var isStream = body is not null && JsonNode.Parse(body)?["stream"]?.GetValueKind() == JsonValueKind.True;
            content = new ByteArrayContent(isStream ? _odd.AsStream(whole.ToArray()) : _odd.Whole(whole.ToArray()));
        }

        content.Headers.ContentType = type;
        return content;
    }

    /// <summary>The key goes into the one header that the provider reads, whatever its library has written into any.</summary>
    private void SignIn(HttpRequestMessage request)
    {
        foreach (var header in KeyHeaders)
        {
            request.Headers.Remove(header);
        }

        if (place.Key is { } key)
        {
            var (header, value) =
                place.Provider.Type == LlmProvider.Azure ? ("api-key", key)
                : place.Provider.Dialect == LlmDialect.Anthropic ? ("x-api-key", key)
                : ("Authorization", $"Bearer {key}");
            request.Headers.TryAddWithoutValidation(header, value);
        }

        if (place.ApiVersion is { } version && request.RequestUri is { } address)
        {
            request.RequestUri = new(
                $"{address.AbsoluteUri}{(address.Query.Length > 0 ? '&' : '?')}api-version={Uri.EscapeDataString(version)}"
            );
        }
    }

    private static async Task<string> ErrorTextAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var bytes = new byte[LongestError];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    private static byte[]? Without(byte[] body, string member) =>
        JsonNode.Parse(body) is JsonObject json && json.Remove(member) ? Encoding.UTF8.GetBytes(json.ToJsonString()) : null;

    private static HttpRequestMessage Again(HttpRequestMessage request, byte[] body)
    {
        var again = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            again.Headers.TryAddWithoutValidation(name, values);
        }

        again.Content.Headers.ContentType = request.Content?.Headers.ContentType ?? new MediaTypeHeaderValue("application/json");
        return again;
    }

    /// <summary>Passes an answer on and remembers its end.</summary>
    private sealed class TailStream(Stream inner, LlmPlace place) : ReadOnlyStream
    {
        private const int Longest = 8192;
        private readonly byte[] _last = new byte[2 * Longest];
        private int _length;

        public string Tail => Encoding.UTF8.GetString(_last, 0, _length);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                var read = await inner.ReadAsync(buffer, cancellationToken);
                Remember(buffer.Span[..read]);
                return read;
            }
            catch (OutboundFailedException e)
            {
                throw LlmAnswers.Explain(place, e);
            }
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            Remember(buffer.AsSpan(offset, read));
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Remember(ReadOnlySpan<byte> read)
        {
            var taken = read.Length > Longest ? read[^Longest..] : read;
            if (_length + taken.Length > _last.Length)
            {
                _last.AsSpan(_length - Longest, Longest).CopyTo(_last);
                _length = Longest;
            }

            taken.CopyTo(_last.AsSpan(_length));
            _length += taken.Length;
        }
    }
}

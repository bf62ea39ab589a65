using System.Net;
using System.Net.Http.Json;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.V1;

/// <summary>The way to one V1 server. Each call has as long as the settings give the server.</summary>
/// <param name="client">Guarded, with the server's token; disposed with the connection.</param>
/// <param name="token">Left out of whatever the server says.</param>
public sealed class V1Connection(HttpClient client, TimeSpan patience, string? token) : IDisposable
{
    /// <summary>What a client of Letta's own sends since 1.0: without it the server may answer as it did before.</summary>
    public const string VersionHeader = "X-Stainless-Package-Version";

    public const string VersionSpoken = "1.0.0";

    private readonly Shown _shown = new(token);

    public HttpClient Client => client;

    public TimeSpan Patience => patience;

    public void Dispose() => client.Dispose();

    /// <summary>The answer to a call; null where the server says that there is no such thing.</summary>
    /// <exception cref="LettaCallException">The server refused it; the message says with which words.</exception>
    internal async Task<JsonDocument?> FindAsync(string path, CancellationToken cancel) =>
        await SendAsync(HttpMethod.Get, path, null, HttpStatusCode.NotFound, cancel);

    /// <exception cref="LettaCallException">The server refused it; the message says with which words.</exception>
    internal async Task<JsonDocument> GetAsync(string path, CancellationToken cancel) =>
        (await SendAsync(HttpMethod.Get, path, null, null, cancel))!;

    /// <summary>Changes something. What the server answers to a change does not matter, as long as it takes it.</summary>
    /// <exception cref="LettaCallException">The server refused it; the message says with which words.</exception>
    internal async Task PatchAsync(string path, JsonObject? body, CancellationToken cancel)
    {
        using var nothing = await SendAsync(HttpMethod.Patch, path, body is null ? null : JsonContent.Create(body), null, cancel);
    }

    /// <exception cref="LettaCallException">The server refused it; the message says with which words.</exception>
    internal async Task<JsonDocument> PostAsync(string path, HttpContent content, CancellationToken cancel) =>
        (await SendAsync(HttpMethod.Post, path, content, null, cancel))!;

    /// <summary>False where the server says that there is no such thing.</summary>
    /// <exception cref="LettaCallException">The server refused it; the message says with which words.</exception>
    internal async Task<bool> DeleteAsync(string path, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        using var answer = await OpenAsync(request, HttpStatusCode.NotFound, limit.Token);
        return answer is not null;
    }

    /// <summary>Copies a long answer as it comes.</summary>
    /// <exception cref="LettaCallException">The server refused it; the message says with which words.</exception>
    internal async Task CopyAsync(string path, Stream to, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await OpenAsync(request, null, limit.Token);
        if (await JsonAnswer.CopyAsync(answer!.Content, to, limit.Token) is { } fault)
        {
            throw LettaFailures.Of(fault, StatusLineOf(answer));
        }
    }

    /// <summary>The answer to a call, whose body the caller reads; null where the server says that there is no such thing.</summary>
    /// <exception cref="LettaCallException">The server refused it; the message says with which words.</exception>
    internal async Task<HttpResponseMessage?> OpenAsync(HttpRequestMessage request, HttpStatusCode? missing, CancellationToken cancel)
    {
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            var said = await LettaAnswer.ReadAsync(answer, request.RequestUri!, _shown, cancel);
            return answer.StatusCode == missing && said.IsJson
                ? null
                : throw new LettaCallException(WhyOf(said)) { IsBusy = answer.StatusCode == HttpStatusCode.Conflict };
        }
    }

    /// <summary>Text of the server's without the token, in case it says it back.</summary>
    internal string Hide(string text) => _shown.HideToken(text);

    private async Task<JsonDocument?> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? body,
        HttpStatusCode? missing,
        CancellationToken cancel
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using var answer = await OpenAsync(request, missing, limit.Token);
        if (answer is null || method == HttpMethod.Patch)
        {
            return null;
        }

        return await ReadAsync(answer, limit.Token);
    }

    /// <summary>The whole answer, which must be JSON.</summary>
    internal async Task<JsonDocument> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var body = await JsonAnswer.ReadAsync(answer.Content, cancel);
        var charset = answer.Content.Headers.ContentType?.CharSet;
        var (json, fault) = JsonAnswer.Parse(body, charset);
        return json
            ?? throw LettaFailures.Of(
                fault,
                StatusLineOf(answer),
                fault == JsonFault.WebPage ? _shown.FindTitle(OutsideText.Read(body.Span, charset)) : null
            );
    }

    private string StatusLineOf(HttpResponseMessage answer) =>
        $"{(int)answer.StatusCode} {_shown.Clean(answer.ReasonPhrase, 60)}".TrimEnd();

    private string WhyOf(LettaAnswer answer) =>
        answer switch
        {
            { Status: 401 or 403 } when !answer.IsAboutModelProvider() => $"the server refused the token{Words(answer)}",
            { Status: >= 300 and < 400, Location: { } there } =>
                $"the server redirects to {_shown.Place(there)}, which is not followed. Save the address where the server answers.",
            { IsHtml: true } =>
                $"a web page answered instead of Letta: {answer.StatusLine}{(answer.Title is { } title ? $" (“{title}”)" : "")}.",
            _ when answer.IsAboutModelProvider() => $"the provider of its model answered {answer.StatusLine}{Words(answer)}",
            _ => $"the server answered {answer.StatusLine}{Words(answer)}",
        };

    private static string Words(LettaAnswer answer) => answer.FindDetail() is { Length: > 0 } detail ? $": {detail.TrimEnd('.')}." : ".";
}

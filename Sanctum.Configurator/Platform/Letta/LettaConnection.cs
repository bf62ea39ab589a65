using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Platform.Letta;

/// <summary>The way to one Letta server. Each call has as long as the settings give the server.</summary>
/// <param name="client">Guarded, with the server's token; disposed with the connection.</param>
/// <param name="token">Left out of whatever the server says.</param>
public sealed class LettaConnection(HttpClient client, TimeSpan patience, string? token) : IDisposable
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
    internal async Task<JsonDocument?> FindAsync(string path, CancellationToken cancel) => await SendAsync(HttpMethod.Get, path, null, HttpStatusCode.NotFound, cancel);

    /// <exception cref="LettaCallException">The server refused it; the message says with which words.</exception>
    internal async Task<JsonDocument> GetAsync(string path, CancellationToken cancel) => (await SendAsync(HttpMethod.Get, path, null, null, cancel))!;

    /// <summary>Changes something. What the server answers to a change does not matter, as long as it takes it.</summary>
    /// <exception cref="LettaCallException">The server refused it; the message says with which words.</exception>
    internal async Task PatchAsync(string path, JsonObject? body, CancellationToken cancel)
    {
        using var nothing = await SendAsync(HttpMethod.Patch, path, body, null, cancel);
    }

    private async Task<JsonDocument?> SendAsync(HttpMethod method, string path, JsonObject? body, HttpStatusCode? missing, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        await using var content = await answer.Content.ReadAsStreamAsync(limit.Token);
        if (answer.IsSuccessStatusCode)
        {
            return method == HttpMethod.Patch ? null : await JsonDocument.ParseAsync(content, default, limit.Token);
        }

        var said = await LettaAnswer.ReadAsync(answer, content, new(client.BaseAddress!, path), _shown, limit.Token);
        return answer.StatusCode == missing && said.IsJson ? null : throw new LettaCallException(WhyOf(said));
    }

    private string WhyOf(LettaAnswer answer) => answer switch
    {
        { Status: 401 or 403 } when !answer.IsAboutModelProvider() => $"the server refused the token{Words(answer)}",
        { Status: >= 300 and < 400, Location: { } there } => $"the server points to {_shown.Place(there)}, which is not followed. Save the address that it answers at.",
        { IsHtml: true } => $"not Letta but a web page answered {answer.StatusLine}{(answer.Title is { } title ? $" (“{title}”)" : "")}.",
        _ => $"the server answered {answer.StatusLine}{Words(answer)}",
    };

    private static string Words(LettaAnswer answer) => answer.FindDetail() is { Length: > 0 } detail ? $": {detail.TrimEnd('.')}." : ".";
}

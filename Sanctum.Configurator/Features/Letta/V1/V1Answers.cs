using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.V1;

/// <summary>Asks a V1 server for answers that come as they are made, and reads their parts.</summary>
internal sealed class V1Answers(V1Connection connection)
{
    private const string Done = "[DONE]";
    private const string Ping = "ping";
    private const long LongestAnswer = 32L << 20;

    /// <summary>The server says something every 30 seconds, if only that it is there.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <summary>The first word comes when the model has begun.</summary>
    private static readonly TimeSpan UntilTheFirst = TimeSpan.FromMinutes(5);

    /// <param name="path">Of the agent.</param>
    /// <param name="isInBackground">The server goes on where nobody listens any more, and can be asked again, if it can do that.</param>
    /// <exception cref="LettaCallException">The server refused it, or the answer ended before the agent was done.</exception>
    public async IAsyncEnumerable<LettaMessage> SendAsync(
        string path,
        JsonArray messages,
        [EnumeratorCancellation] CancellationToken cancel,
        bool isInBackground = false
    )
    {
        using var answer = await OpenAsync(path, messages, isInBackground, cancel);
        await foreach (var part in ReadAsync(answer, cancel))
        {
            yield return part;
        }
    }

    /// <exception cref="LettaCallException">The answer ended before the agent was done.</exception>
    public async IAsyncEnumerable<LettaMessage> ReadAsync(HttpResponseMessage answer, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!"text/event-stream".Equals(answer.Content.Headers.ContentType?.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            // A server or a proxy that does not stream answers with everything at once.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(UntilTheFirst);
            using var whole = await connection.ReadAsync(answer, limit.Token);
            foreach (var part in whole.RootElement.GetProperty("messages").EnumerateArray().SelectMany(Read))
            {
                yield return part;
            }

            yield break;
        }

        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        using var events = new LettaEvents(body, LongestAnswer, Silence);
        await foreach (var said in events.ReadAsync(cancel))
        {
            if (said.Data == Done)
            {
                yield break;
            }

            foreach (var part in Read(said))
            {
                yield return part;
            }
        }

        throw new LettaCallException(
            "the connection was closed before the agent finished. Try again; if this persists, check the server's log."
        );
    }

    public IEnumerable<LettaMessage> Read(JsonElement message) =>
        LettaMessage.Read(message).Select(read => read with { Text = connection.Hide(read.Text) });

    private IReadOnlyList<LettaMessage> Read(LettaEvent said)
    {
        // Keep-alives of servers and proxies have a name of their own, or say nothing.
        if (said.Name == Ping || string.IsNullOrWhiteSpace(said.Data))
        {
            return [];
        }

        var (read, fault) = JsonAnswer.Parse(Encoding.UTF8.GetBytes(said.Data));
        using var json = read ?? throw LettaFailures.Of(fault == JsonFault.Cut ? fault : JsonFault.Other, "");
        return said.Name == "error"
                ? [new("", LettaMessageKind.Error, "error_message", connection.Hide(LettaMessage.ErrorOf(json.RootElement)), IsBad: true)]
            : LettaAgent.TextOf(json.RootElement, "message_type") == Ping ? []
            : [.. Read(json.RootElement)];
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, JsonArray messages, bool isInBackground, CancellationToken cancel)
    {
        if (isInBackground)
        {
            try
            {
                return await OpenAsync(path, messages, cancel, KeyValuePair.Create<string, JsonNode?>("background", true));
            }
            catch (LettaCallException e) when (IsOfTheBackground(e))
            {
                // It takes a Redis beside the server. The server has not begun: it is asked in the usual way.
            }
        }

        return await OpenAsync(path, messages, cancel);
    }

    private static bool IsOfTheBackground(LettaCallException refused) =>
        refused.Message.Contains("background", StringComparison.OrdinalIgnoreCase)
        || refused.Message.Contains("redis", StringComparison.OrdinalIgnoreCase);

    private async Task<HttpResponseMessage> OpenAsync(
        string path,
        JsonArray messages,
        CancellationToken cancel,
        params KeyValuePair<string, JsonNode?>[] more
    )
    {
        var body = new JsonObject
        {
            ["messages"] = messages.DeepClone(),
            ["streaming"] = true,
            ["stream_tokens"] = true,
            ["include_pings"] = true,
        };
        foreach (var (name, value) in more)
        {
            body[name] = value;
        }

        return await StreamFromAsync($"{path}/messages", body, cancel);
    }

    /// <summary>A run in the background, from its first event on; null where it is none, or long gone.</summary>
    public async Task<HttpResponseMessage?> TryFollowAsync(string run, CancellationToken cancel)
    {
        try
        {
            return await StreamFromAsync($"v1/runs/{Uri.EscapeDataString(run)}/stream", new() { ["starting_after"] = 0 }, cancel);
        }
        catch (LettaCallException)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage> StreamFromAsync(string path, JsonObject body, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(UntilTheFirst);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Accept.ParseAdd("text/event-stream, application/json");
        return (await connection.OpenAsync(request, null, limit.Token))!;
    }
}

using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.V1;

/// <summary>Talks to the agents of a V1 server.</summary>
internal sealed class V1Talking(V1Connection connection) : ILettaTalking
{
    private const string Done = "[DONE]";
    private const string Ping = "ping";
    private const long LongestAnswer = 32L << 20;

    /// <summary>The server says something every 30 seconds, if only that it is there.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <summary>The first word comes when the model has begun.</summary>
    private static readonly TimeSpan UntilTheFirst = TimeSpan.FromMinutes(5);

    public LettaKind Kind => LettaKind.V1;

    public void Dispose() => connection.Dispose();

    /// <summary>Says something to the agent. What it answers comes as it is made, in parts.</summary>
    /// <exception cref="LettaCallException">The server refused it, or the answer ended before the agent was done.</exception>
    public Task<IAsyncEnumerable<LettaMessage>> SendAsync(string agent, string text, LettaSpeaker speaker, CancellationToken cancel) =>
        Task.FromResult(StreamAsync(agent, MessagesOf(text, speaker), cancel, speaker.IsInBackground));

    /// <summary>Allows or denies the calls of tools that wait, upon which the agent goes on.</summary>
    /// <exception cref="LettaCallException">The server refused it, or the answer ended before the agent was done.</exception>
    public Task<IAsyncEnumerable<LettaMessage>> ApproveAsync(
        string agent,
        LettaApproval pending,
        bool approve,
        string? reason,
        string by,
        CancellationToken cancel
    ) =>
        Task.FromResult(
            StreamAsync(
                agent,
                new(
                    new JsonObject
                    {
                        ["type"] = "approval",
                        ["approve"] = approve,
                        ["approval_request_id"] = pending.RequestId,
                        ["reason"] = reason,
                        ["approvals"] = new JsonArray([
                            .. pending
                                .Calls.Where(call => call.Id is not null)
                                .Select(call => new JsonObject
                                {
                                    ["type"] = "approval",
                                    ["tool_call_id"] = call.Id,
                                    ["approve"] = approve,
                                    ["reason"] = reason,
                                }),
                        ]),
                    }
                ),
                cancel
            )
        );

    /// <summary>A run in the background is followed from its first event on; of any other only the history knows.</summary>
    public async IAsyncEnumerable<LettaMessage> ResumeAsync(
        string agent,
        string message,
        string? run,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (run is not null && await TryFollowAsync(run, cancel) is { } answer)
        {
            using (answer)
            {
                await foreach (var part in ReadAsync(answer, cancel))
                {
                    yield return part;
                }
            }

            yield break;
        }

        foreach (var part in LettaMessage.AnswerTo(message, await HistoryAsync(agent, LettaMessage.MostOfATurn, cancel)))
        {
            yield return part;
        }
    }

    /// <summary>The newest messages, the oldest of them first.</summary>
    public async Task<IReadOnlyList<LettaMessage>> HistoryAsync(string agent, int most, CancellationToken cancel)
    {
        using var answer = await connection.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"{PathOf(agent)}/messages?limit={most}&order=desc"),
            cancel
        );
        return [.. answer.RootElement.EnumerateArray().Reverse().SelectMany(Read)];
    }

    public async Task<LettaNow> NowAsync(string agent, CancellationToken cancel)
    {
        using var answer = await connection.GetAsync($"{PathOf(agent)}?include=agent.pending_approval", cancel);
        return new(LettaApproval.Find(answer.RootElement), IsAnswering: false, []);
    }

    /// <summary>The server counts anew, which takes it a moment. Servers before 0.16 may not have it.</summary>
    public async Task<LettaContext?> ContextAsync(string agent, CancellationToken cancel)
    {
        using var answer = await connection.FindAsync($"{PathOf(agent)}/context", cancel);
        return
            answer is { RootElement: { ValueKind: JsonValueKind.Object } json }
            && LettaContext.Count(json, "context_window_size_current") is { } tokens
            ? new(
                tokens,
                LettaContext.Count(json, "context_window_size_max"),
                LettaContext.Count(json, "num_tokens_system"),
                LettaContext.Count(json, "num_messages")
            )
            : null;
    }

    public Task QueueAsync(string agent, string text, LettaSpeaker speaker, CancellationToken cancel) => throw NoQueue();

    public Task RemoveQueuedAsync(string agent, string message, CancellationToken cancel) => throw NoQueue();

    public Task ResumeQueueAsync(string agent, CancellationToken cancel) => throw NoQueue();

    /// <summary>A V1 server gives an answer to whoever asked, and to nobody else.</summary>
    public async IAsyncEnumerable<LettaMessage> FollowAsync(string agent, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        yield break;
    }

    public async IAsyncEnumerable<LettaNow> WatchAsync(string agent, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        yield break;
    }

    /// <summary>Ends the agent's runs.</summary>
    public async Task CancelAsync(string agent, CancellationToken cancel)
    {
        using var answer = await connection.PostAsync($"{PathOf(agent)}/messages/cancel", JsonContent.Create(new JsonObject()), cancel);
    }

    /// <summary>Forgets the conversation. The memory stays.</summary>
    public Task ResetAsync(string agent, CancellationToken cancel) =>
        connection.PatchAsync($"{PathOf(agent)}/reset-messages", new() { ["add_default_initial_messages"] = true }, cancel);

    private static LettaCallException NoQueue() =>
        new("a V1 server has no queue. Wait until the agent has answered, then send the message.");

    /// <summary>Each has an id of its own, by which a repeated request is known again.</summary>
    private static JsonArray MessagesOf(string text, LettaSpeaker speaker)
    {
        var own = speaker.MessageId ?? Guid.CreateVersion7().ToString();
        JsonObject Said(string role, string content, string id) =>
            new()
            {
                ["role"] = role,
                ["content"] = content,
                ["otid"] = id,
            };
        return speaker.Ahead is { Length: > 0 } ahead
            ? new(Said("system", ahead, $"{own}-ahead"), Said("user", text, own))
            : new(Said("user", text, own));
    }

    private static string PathOf(string agent) => $"v1/agents/{Uri.EscapeDataString(agent)}";

    private IEnumerable<LettaMessage> Read(JsonElement message) =>
        LettaMessage.Read(message).Select(read => read with { Text = connection.Hide(read.Text) });

    private async IAsyncEnumerable<LettaMessage> StreamAsync(
        string agent,
        JsonArray messages,
        [EnumeratorCancellation] CancellationToken cancel,
        bool isInBackground = false
    )
    {
        using var answer = await OpenAsync(agent, messages, isInBackground, cancel);
        await foreach (var part in ReadAsync(answer, cancel))
        {
            yield return part;
        }
    }

    private async IAsyncEnumerable<LettaMessage> ReadAsync(HttpResponseMessage answer, [EnumeratorCancellation] CancellationToken cancel)
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

    private async Task<HttpResponseMessage> OpenAsync(string agent, JsonArray messages, bool isInBackground, CancellationToken cancel)
    {
        if (isInBackground)
        {
            try
            {
                return await OpenAsync(agent, messages, cancel, KeyValuePair.Create<string, JsonNode?>("background", true));
            }
            catch (LettaCallException e) when (IsOfTheBackground(e))
            {
                // It takes a Redis beside the server. The server has not begun: it is asked in the usual way.
            }
        }

        return await OpenAsync(agent, messages, cancel);
    }

    private static bool IsOfTheBackground(LettaCallException refused) =>
        refused.Message.Contains("background", StringComparison.OrdinalIgnoreCase)
        || refused.Message.Contains("redis", StringComparison.OrdinalIgnoreCase);

    private async Task<HttpResponseMessage> OpenAsync(
        string agent,
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

        return await StreamFromAsync($"{PathOf(agent)}/messages", body, cancel);
    }

    /// <summary>Null where the run is not one in the background, or long gone.</summary>
    private async Task<HttpResponseMessage?> TryFollowAsync(string run, CancellationToken cancel)
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

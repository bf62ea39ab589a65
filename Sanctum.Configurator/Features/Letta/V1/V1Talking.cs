using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.V1;

/// <summary>Talks to the agents of a V1 server.</summary>
internal sealed class V1Talking(V1Connection connection) : ILettaTalking
{
    private readonly V1Answers _answers = new(connection);

    public LettaKind Kind => LettaKind.V1;

    public void Dispose() => connection.Dispose();

    /// <summary>Says something to the agent. What it answers comes as it is made, in parts.</summary>
    /// <exception cref="LettaCallException">The server refused it, or the answer ended before the agent was done.</exception>
    public Task<IAsyncEnumerable<LettaMessage>> SendAsync(string agent, string text, LettaSpeaker speaker, CancellationToken cancel) =>
        Task.FromResult(_answers.SendAsync(PathOf(agent), MessagesOf(text, speaker), cancel, speaker.IsInBackground));

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
            _answers.SendAsync(
                PathOf(agent),
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
        if (run is not null && await _answers.TryFollowAsync(run, cancel) is { } answer)
        {
            using (answer)
            {
                await foreach (var part in _answers.ReadAsync(answer, cancel))
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
        return [.. answer.RootElement.EnumerateArray().Reverse().SelectMany(_answers.Read)];
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
}

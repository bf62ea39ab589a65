using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>
/// Talks to the agents of an App Server, in a conversation of the console's own for each. Such an agent runs commands on the server's
/// machine: before each message the conversation is put into a mode in which it asks first.
/// </summary>
/// <param name="line">Stays open when this is disposed.</param>
/// <param name="conversation">The name of the conversation.</param>
internal sealed class AppServerTalking(AppServerLine line, string conversation) : ILettaTalking
{
    private const string Waiting = "it is waiting for an approval. Approve or deny the call first.";
    private const string NotQueued =
        "the message does not wait any more: it was taken by the agent, or cancelled. Read the conversation again.";
    private const string Elsewhere = "somebody else has decided already, or the call was cancelled. Read the conversation again.";

    private readonly AppServerLink _link = line.Link;
    private readonly AppServerConversations _conversations = new(line.Link, conversation);

    public LettaKind Kind => LettaKind.AppServer;

    public void Dispose() { }

    public async Task<IAsyncEnumerable<LettaMessage>> SendAsync(
        string agent,
        string text,
        LettaSpeaker speaker,
        CancellationToken cancel
    ) => (await BeginAsync(agent, text, speaker, cancel)).ReadAsync(cancel);

    public Task QueueAsync(string agent, string text, LettaSpeaker speaker, CancellationToken cancel) =>
        BeginAsync(agent, text, speaker, cancel);

    public async Task RemoveQueuedAsync(string agent, string message, CancellationToken cancel)
    {
        var scope = await FindOwnAsync(agent, cancel) ?? throw new LettaCallException(NotQueued);
        if ((await _conversations.StateAsync(scope, cancel)).Queue.All(item => item.Id != message))
        {
            throw new LettaCallException(NotQueued);
        }

        await RemoveAsync(scope, message, cancel);
    }

    public async Task ResumeQueueAsync(string agent, CancellationToken cancel)
    {
        if (await FindOwnAsync(agent, cancel) is { } scope)
        {
            await _link.AskAsync("resume_queue", new() { ["runtime"] = scope.ToJson() }, cancel);
        }
    }

    public async Task<IAsyncEnumerable<LettaMessage>> ApproveAsync(
        string agent,
        LettaApproval pending,
        bool approve,
        string? reason,
        string by,
        CancellationToken cancel
    )
    {
        var scope = await FindOwnAsync(agent, cancel) ?? throw new LettaCallException(Elsewhere);
        return (await DecideAsync(scope, pending.Calls, approve, reason, by, cancel)).ReadAsync(cancel);
    }

    public async IAsyncEnumerable<LettaMessage> FollowAsync(string agent, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (await FindOwnAsync(agent, cancel) is not { } scope)
        {
            yield break;
        }

        if (line.TalkIn(scope).UnderWay is not { } turn)
        {
            var listener = _link.Listen(scope);
            var state = await _conversations.StateAsync(scope, cancel);
            if (!state.IsProcessing || state.Pending.Count > 0)
            {
                listener.Dispose();
                yield break;
            }

            // Begun elsewhere: what has been said of it already is in the history.
            var said = (await HistoryAsync(agent, LettaMessage.MostOfATurn, cancel))
                .Reverse()
                .TakeWhile(m => m.Kind != LettaMessageKind.User);
            turn = Hear(scope, listener, new([.. said.Reverse()]), null, isQueued: false);
        }

        await foreach (var part in turn.ReadAsync(cancel))
        {
            yield return part;
        }
    }

    public async IAsyncEnumerable<LettaMessage> ResumeAsync(
        string agent,
        string message,
        string? run,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if ((await NowAsync(agent, cancel)).IsAnswering)
        {
            await foreach (var part in FollowAsync(agent, cancel))
            {
                yield return part;
            }

            yield break;
        }

        foreach (var part in LettaMessage.AnswerTo(message, await HistoryAsync(agent, LettaMessage.MostOfATurn, cancel)))
        {
            yield return part;
        }
    }

    public async Task<IReadOnlyList<LettaMessage>> HistoryAsync(string agent, int most, CancellationToken cancel)
    {
        if (await FindOwnAsync(agent, cancel) is not { } scope)
        {
            return [];
        }

        return
        [
            .. (await _conversations.MessagesAsync(scope, most, cancel))
                .Reverse()
                .SelectMany(message => AppServerMessages.Read(message, _link.Hide)),
        ];
    }

    /// <summary>The window is the agent's, or its conversation's own. What is in use is known of turns that this console has heard.</summary>
    public async Task<LettaContext?> ContextAsync(string agent, CancellationToken cancel)
    {
        var answer = await _link.AskAsync("agent_retrieve", new() { ["agent_id"] = agent }, cancel);
        var scope = await FindOwnAsync(agent, cancel);
        return answer.TryGetProperty("agent", out var found) && found.ValueKind == JsonValueKind.Object
            ? new(
                scope is null ? null : line.TalkIn(scope).ContextTokens,
                In(found, "model_settings", "context_window_limit") ?? In(found, "llm_config", "context_window")
            )
            : null;
    }

    public async Task<LettaNow> NowAsync(string agent, CancellationToken cancel) =>
        await FindOwnAsync(agent, cancel) is { } scope
            ? NowOf(scope, await _conversations.StateAsync(scope, cancel))
            : new(null, IsAnswering: false, []);

    public async IAsyncEnumerable<LettaNow> WatchAsync(string agent, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (await FindOwnAsync(agent, cancel) is not { } scope)
        {
            yield break;
        }

        using var listener = _link.Listen(scope);
        await _conversations.SyncAsync(scope, cancel);
        var state = new ConversationState();
        while (listener.TryRead(out var told))
        {
            state.Take(told);
        }

        yield return NowOf(scope, state);
        await foreach (var happened in listener.ReadAsync(cancel))
        {
            if (state.Take(happened))
            {
                yield return NowOf(scope, state);
            }
        }
    }

    public async Task CancelAsync(string agent, CancellationToken cancel)
    {
        if (await FindOwnAsync(agent, cancel) is { } scope)
        {
            await _link.AskAsync("abort_message", new() { ["runtime"] = scope.ToJson() }, cancel);
        }
    }

    /// <summary>The old conversation is archived: an App Server forgets nothing.</summary>
    public async Task ResetAsync(string agent, CancellationToken cancel)
    {
        using var alone = await line.LaneTo(agent).EnterAsync(cancel);
        if (await FindOwnAsync(agent, cancel) is { } scope)
        {
            await _link.AskAsync("abort_message", new() { ["runtime"] = scope.ToJson() }, cancel);
            foreach (var item in (await _conversations.StateAsync(scope, cancel)).Queue)
            {
                await RemoveAsync(scope, item.Id, cancel);
            }

            await _conversations.ArchiveAsync(scope, cancel);
        }
    }

    private Task RemoveAsync(AppServerScope scope, string message, CancellationToken cancel) =>
        _link.AskAsync("remove_queue_item", new() { ["runtime"] = scope.ToJson(), ["item_id"] = message }, cancel);

    private Task<AppServerScope?> FindOwnAsync(string agent, CancellationToken cancel) => _conversations.FindOwnAsync(agent, cancel);

    private LettaNow NowOf(AppServerScope scope, ConversationState state)
    {
        var talk = line.TalkIn(scope);
        return new(
            state.Pending is { Count: > 0 } pending ? new(string.Join(' ', pending.Select(call => call.Id)), pending) : null,
            state is { IsProcessing: true, Pending.Count: 0 },
            [
                .. state.Queue.Select(item => new QueuedMessage(
                    item.Id,
                    _link.Hide(item.Text),
                    talk.SenderOf(item.Own),
                    item.At,
                    item.IsPaused
                )),
            ],
            state.Decided is { } decided ? new(talk.DeciderOf(decided), state.IsAllowed) : null
        );
    }

    /// <summary>Decides all calls, and hears what comes of them from before the first decision.</summary>
    /// <exception cref="LettaCallException">Somebody else had decided all of them.</exception>
    private async Task<AppServerTurn> DecideAsync(
        AppServerScope scope,
        IReadOnlyList<LettaToolCall> calls,
        bool approve,
        string? reason,
        string by,
        CancellationToken cancel
    )
    {
        var decision = new JsonObject { ["behavior"] = approve ? "allow" : "deny" };
        if (!approve)
        {
            decision["message"] = string.IsNullOrWhiteSpace(reason) ? "Denied by the operator." : reason;
        }

        var listener = _link.Listen(scope);
        try
        {
            var decided = 0;
            foreach (var call in calls)
            {
                // Noted first: other pages learn of it from the server before this answer comes.
                line.TalkIn(scope).Decide(call.Id!, by);
                try
                {
                    await SayAsync(
                        scope,
                        new()
                        {
                            ["kind"] = "approval_response",
                            ["request_id"] = call.Id,
                            ["decision"] = decision.DeepClone(),
                        },
                        cancel
                    );
                    decided++;
                }
                catch (AppServerSaidNoException)
                {
                    // Somebody else was faster with this one.
                    line.TalkIn(scope).Undecide(call.Id!, by);
                }
            }

            return decided == 0 ? throw new LettaCallException(Elsewhere) : Hear(scope, listener, new([]), null, isQueued: false);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Says something in the conversation of the console's own, whose events are heard from before it is said. The agent takes it at once, or
    /// when what was said before has been answered. One at a time: two would begin two conversations, and either could say its own in the
    /// mode of the other.
    /// </summary>
    private async Task<AppServerTurn> BeginAsync(string agent, string text, LettaSpeaker speaker, CancellationToken cancel)
    {
        using var alone = await line.LaneTo(agent).EnterAsync(cancel);
        var scope = await _conversations.OpenOwnAsync(agent, cancel);
        if ((await _conversations.StateAsync(scope, cancel)).Pending.Count > 0)
        {
            throw new LettaCallException(Waiting) { IsBusy = true };
        }

        await _conversations.AskFirstAsync(
            scope,
            speaker.MayRead ? AppServerConversations.Standard : AppServerConversations.Strict,
            cancel
        );
        var own = speaker.MessageId ?? Guid.CreateVersion7().ToString();
        var (listener, talk) = (_link.Listen(scope), line.TalkIn(scope));
        talk.Send(own, speaker.Name);
        try
        {
            var answer = await SayAsync(scope, MessageOf(text, speaker.Ahead, own), cancel);
            return Hear(scope, listener, new([]), own, LettaAgent.TextOf(answer, "disposition") == "queued");
        }
        catch
        {
            talk.Forget(own);
            listener.Dispose();
            throw;
        }
    }

    private static JsonObject MessageOf(string text, string? ahead, string own) =>
        new()
        {
            ["kind"] = "create_message",
            ["messages"] = new JsonArray(
                new JsonObject
                {
                    ["role"] = "user",
                    ["content"] = ahead is { Length: > 0 } ? new JsonArray(Part(ahead), Part(text)) : text,
                    ["client_message_id"] = own,
                }
            ),
            ["exclude_interactive_tools"] = true,
        };

    private static int? In(JsonElement agent, string part, string name) =>
        agent.TryGetProperty(part, out var inner) ? LettaContext.Count(inner, name) : null;

    private static JsonObject Part(string text) => new() { ["type"] = "text", ["text"] = text };

    private Task<JsonElement> SayAsync(AppServerScope scope, JsonObject payload, CancellationToken cancel) =>
        _link.AskAsync("input", new() { ["runtime"] = scope.ToJson(), ["payload"] = payload }, cancel);

    private AppServerTurn Hear(AppServerScope scope, AppServerListener listener, AppServerTurn turn, string? own, bool isQueued)
    {
        var talk = line.TalkIn(scope);
        var asked = own ?? talk.LastOwn;
        talk.Begin(turn);
        _ = turn.HearAsync(
                listener,
                own,
                isQueued && own is not null,
                _link.Hide,
                told => line.Skills[scope.Agent] = told,
                outcome => line.Outcomes.Note(asked ?? "", outcome),
                used => talk.ContextTokens = (int?)used.Context ?? talk.ContextTokens
            )
            .ContinueWith(
                _ => talk.End(turn, own),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        return turn;
    }
}

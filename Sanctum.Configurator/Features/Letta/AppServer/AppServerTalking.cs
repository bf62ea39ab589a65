using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>
/// Talks to the agents of an App Server, in a conversation of the console's own for each. Such an agent runs commands on the server's
/// machine: before each message the conversation is put into a mode in which it asks first.
/// </summary>
internal sealed class AppServerTalking : ILettaTalking
{
    private const string NotQueued =
        "the message does not wait any more: it was taken by the agent, or cancelled. Read the conversation again.";

    private readonly AppServerLine _line;
    private readonly AppServerLink _link;
    private readonly AppServerConversations _conversations;
    private readonly AppServerSaying _saying;

    /// <param name="line">Stays open when this is disposed.</param>
    /// <param name="conversation">The name of the conversation.</param>
    public AppServerTalking(AppServerLine line, string conversation)
    {
        (_line, _link) = (line, line.Link);
        _conversations = new(_link, conversation);
        _saying = new(line, _conversations);
    }

    public LettaKind Kind => LettaKind.AppServer;

    public void Dispose() { }

    public async Task<IAsyncEnumerable<LettaMessage>> SendAsync(
        string agent,
        string text,
        LettaSpeaker speaker,
        CancellationToken cancel
    ) => (await _saying.BeginAsync(agent, text, speaker, cancel)).ReadAsync(cancel);

    public Task QueueAsync(string agent, string text, LettaSpeaker speaker, CancellationToken cancel) =>
        _saying.BeginAsync(agent, text, speaker, cancel);

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
        var scope = await FindOwnAsync(agent, cancel) ?? throw new LettaCallException(AppServerSaying.Elsewhere);
        return (await _saying.DecideAsync(scope, pending.Calls, approve, reason, by, cancel)).ReadAsync(cancel);
    }

    public async IAsyncEnumerable<LettaMessage> FollowAsync(string agent, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (await FindOwnAsync(agent, cancel) is not { } scope)
        {
            yield break;
        }

        if (_line.TalkIn(scope).UnderWay is not { } turn)
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
            turn = _saying.Hear(scope, listener, new([.. said.Reverse()]), null, isQueued: false);
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
                scope is null ? null : _line.TalkIn(scope).ContextTokens,
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
        using var alone = await _line.LaneTo(agent).EnterAsync(cancel);
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
        var talk = _line.TalkIn(scope);
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

    private static int? In(JsonElement agent, string part, string name) =>
        agent.TryGetProperty(part, out var inner) ? LettaContext.Count(inner, name) : null;
}

using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>
/// Says things to the agents of an App Server, messages and decisions about calls, and hears what comes of them: from before they are said, so
/// that nothing is missed.
/// </summary>
internal sealed class AppServerSaying(AppServerLine line, AppServerConversations conversations)
{
    private const string Waiting = "it is waiting for an approval. Approve or deny the call first.";
    public const string Elsewhere = "somebody else has decided already, or the call was cancelled. Read the conversation again.";

    private readonly AppServerLink _link = line.Link;

    /// <summary>
    /// Says something in the conversation of the console's own, whose events are heard from before it is said. The agent takes it at once, or
    /// when what was said before has been answered. One at a time: two would begin two conversations, and either could say its own in the
    /// mode of the other.
    /// </summary>
    public async Task<AppServerTurn> BeginAsync(string agent, string text, LettaSpeaker speaker, CancellationToken cancel)
    {
        using var alone = await line.LaneTo(agent).EnterAsync(cancel);
        var scope = await conversations.OpenOwnAsync(agent, cancel);
        if ((await conversations.StateAsync(scope, cancel)).Pending.Count > 0)
        {
            throw new LettaCallException(Waiting) { IsBusy = true };
        }

        await conversations.AskFirstAsync(scope, speaker.MayRead ? AppServerConversations.Standard : AppServerConversations.Strict, cancel);
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

    /// <summary>Decides all calls, and hears what comes of them from before the first decision.</summary>
    /// <exception cref="LettaCallException">Somebody else had decided all of them.</exception>
    public async Task<AppServerTurn> DecideAsync(
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

    /// <summary>A turn that is heard from the listener's first event on.</summary>
    public AppServerTurn Hear(AppServerScope scope, AppServerListener listener, AppServerTurn turn, string? own, bool isQueued)
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

    private Task<JsonElement> SayAsync(AppServerScope scope, JsonObject payload, CancellationToken cancel) =>
        _link.AskAsync("input", new() { ["runtime"] = scope.ToJson(), ["payload"] = payload }, cancel);

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

    private static JsonObject Part(string text) => new() { ["type"] = "text", ["text"] = text };
}

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
internal sealed class AppServerTalking(AppServerLine line) : ILettaTalking
{
    private const string Waiting = "it is waiting for an approval. Approve or deny the call first.";
    private const string Elsewhere = "somebody else has decided already, or the call was cancelled. Read the conversation again.";

    private readonly AppServerLink _link = line.Link;
    private readonly AppServerConversations _conversations = new(line.Link);

    public LettaKind Kind => LettaKind.AppServer;

    public void Dispose() { }

    public async IAsyncEnumerable<LettaMessage> SendAsync(
        string agent,
        string text,
        bool mayRead,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var scope = await _conversations.OpenOwnAsync(agent, cancel);
        if ((await _conversations.StateAsync(scope, cancel)).Pending.Count > 0)
        {
            throw new LettaCallException(Waiting);
        }

        await _conversations.AskFirstAsync(scope, mayRead ? AppServerConversations.Standard : AppServerConversations.Strict, cancel);
        var own = Guid.CreateVersion7().ToString();
        var turn = await BeginAsync(
            scope,
            own,
            new()
            {
                ["kind"] = "create_message",
                ["messages"] = new JsonArray(
                    new JsonObject
                    {
                        ["role"] = "user",
                        ["content"] = text,
                        ["client_message_id"] = own,
                    }
                ),
                ["exclude_interactive_tools"] = true,
            },
            cancel
        );
        await foreach (var part in turn.ReadAsync(cancel))
        {
            yield return part;
        }
    }

    public async IAsyncEnumerable<LettaMessage> ApproveAsync(
        string agent,
        LettaApproval pending,
        bool approve,
        string? reason,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var scope = await FindOwnAsync(agent, cancel) ?? throw new LettaCallException(Elsewhere);
        await foreach (var part in (await DecideAsync(scope, pending.Calls, approve, reason, cancel)).ReadAsync(cancel))
        {
            yield return part;
        }
    }

    public async IAsyncEnumerable<LettaMessage> FollowAsync(string agent, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (await FindOwnAsync(agent, cancel) is not { } scope)
        {
            yield break;
        }

        if (!line.Turns.TryGetValue(scope, out var turn) || turn.IsOver)
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
            turn = Hear(scope, listener, null, isQueued: false, [.. said.Reverse()]);
        }

        await foreach (var part in turn.ReadAsync(cancel))
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

    public async Task<LettaApproval?> PendingAsync(string agent, CancellationToken cancel) =>
        await FindOwnAsync(agent, cancel) is { } scope
        && (await _conversations.StateAsync(scope, cancel)).Pending is [var first, ..] pending
            ? new(first.Id!, pending)
            : null;

    public async Task<bool> IsAnsweringAsync(string agent, CancellationToken cancel) =>
        await FindOwnAsync(agent, cancel) is { } scope
        && await _conversations.StateAsync(scope, cancel) is { IsProcessing: true, Pending.Count: 0 };

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
        if (await FindOwnAsync(agent, cancel) is { } scope)
        {
            await _link.AskAsync("abort_message", new() { ["runtime"] = scope.ToJson() }, cancel);
            await _conversations.ArchiveAsync(scope, cancel);
        }
    }

    private Task<AppServerScope?> FindOwnAsync(string agent, CancellationToken cancel) => _conversations.FindOwnAsync(agent, cancel);

    /// <summary>Decides all calls, and hears what comes of them from before the first decision.</summary>
    /// <exception cref="LettaCallException">Somebody else had decided all of them.</exception>
    private async Task<AppServerTurn> DecideAsync(
        AppServerScope scope,
        IReadOnlyList<LettaToolCall> calls,
        bool approve,
        string? reason,
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
                }
            }

            return decided == 0 ? throw new LettaCallException(Elsewhere) : Hear(scope, listener, null, isQueued: false);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Says something in a conversation, whose events are heard from before it is said.</summary>
    private async Task<AppServerTurn> BeginAsync(AppServerScope scope, string own, JsonObject payload, CancellationToken cancel)
    {
        var listener = _link.Listen(scope);
        try
        {
            var answer = await SayAsync(scope, payload, cancel);
            return Hear(scope, listener, own, LettaAgent.TextOf(answer, "disposition") == "queued");
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private Task<JsonElement> SayAsync(AppServerScope scope, JsonObject payload, CancellationToken cancel) =>
        _link.AskAsync("input", new() { ["runtime"] = scope.ToJson(), ["payload"] = payload }, cancel);

    private AppServerTurn Hear(
        AppServerScope scope,
        AppServerListener listener,
        string? own,
        bool isQueued,
        IReadOnlyList<LettaMessage>? said = null
    )
    {
        var turn = line.Turns[scope] = new(said ?? []);
        _ = turn.HearAsync(listener, own, isQueued && own is not null, _link.Hide)
            .ContinueWith(
                _ => line.Turns.TryRemove(new(scope, turn)),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        return turn;
    }
}

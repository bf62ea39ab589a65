using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>How an agent's newest conversation stands.</summary>
/// <param name="At">Of its last message; null where nobody has said anything.</param>
/// <param name="StopReason">As <see cref="LettaAgent.StopReason"/>.</param>
/// <param name="Own">What the last message of a person was sent with.</param>
public sealed record LastTurn(DateTimeOffset? At, string? StopReason, bool AwaitsApproval, string? Own = null);

/// <summary>The conversations of the agents of an App Server, read.</summary>
/// <param name="own">The name of the conversation that is the console's own.</param>
public sealed class AppServerConversations(AppServerLink link, string own = AppServerConversations.Console)
{
    /// <summary>The name of the conversation in which the console talks, one for each agent.</summary>
    public const string Console = "Console";

    /// <summary>The mode in which the agent asks before it changes anything; reading and its own memory are free.</summary>
    public const string Standard = "standard";

    /// <summary>The mode in which it asks for everything.</summary>
    public const string Strict = "strict";
    private const int Most = 1000;

    /// <summary>Of a conversation's end: the last message is among so many.</summary>
    private const int LastFew = 5;

    /// <summary>The conversations of an agent by id, without <see cref="AppServerScope.Default"/>, which no list names.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string agent, CancellationToken cancel)
    {
        var answer = await link.AskAsync(
            "conversation_list",
            new()
            {
                ["query"] = new JsonObject { ["agent_id"] = agent, ["limit"] = Most },
            },
            cancel
        );
        return [.. LettaAgent.ItemsOf(answer, "conversations")];
    }

    /// <summary>The newest messages of a conversation, the newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> MessagesAsync(AppServerScope scope, int most, CancellationToken cancel)
    {
        var answer = await link.AskAsync(
            "conversation_messages_list",
            new()
            {
                ["conversation_id"] = scope.Conversation,
                ["query"] = new JsonObject { ["agent_id"] = scope.Agent, ["limit"] = most },
            },
            cancel
        );
        return [.. LettaAgent.ItemsOf(answer, "messages")];
    }

    /// <summary>The messages of a conversation before one of them, or the newest; the newest first.</summary>
    /// <returns>With what the next page begins before; null where there is no more.</returns>
    public async Task<(IReadOnlyList<JsonElement> Messages, string? Before)> PageAsync(
        AppServerScope scope,
        int most,
        string? before,
        CancellationToken cancel
    )
    {
        var query = new JsonObject { ["agent_id"] = scope.Agent, ["limit"] = most };
        if (before is not null)
        {
            query["before"] = before;
        }

        var answer = await link.AskAsync(
            "conversation_messages_list",
            new() { ["conversation_id"] = scope.Conversation, ["query"] = query },
            cancel
        );
        var isMore = answer.TryGetProperty("has_more", out var more) && more.ValueKind == JsonValueKind.True;
        return ([.. LettaAgent.ItemsOf(answer, "messages")], isMore ? LettaAgent.TextOf(answer, "next_before") : null);
    }

    /// <summary>The console's own conversation with an agent; null where there is none yet.</summary>
    public async Task<AppServerScope?> FindOwnAsync(string agent, CancellationToken cancel) =>
        (await ListAsync(agent, cancel))
            .Where(conversation => LettaAgent.TextOf(conversation, "summary") == own && !IsArchived(conversation))
            .OrderByDescending(conversation => LettaAgent.TextOf(conversation, "created_at"), StringComparer.Ordinal)
            .Select(conversation => LettaAgent.TextOf(conversation, "id"))
            .FirstOrDefault()
            is { } found
            ? new(agent, found)
            : null;

    public async Task<AppServerScope> OpenOwnAsync(string agent, CancellationToken cancel)
    {
        if (await FindOwnAsync(agent, cancel) is { } found)
        {
            return found;
        }

        var answer = await link.AskAsync(
            "conversation_create",
            new()
            {
                ["body"] = new JsonObject { ["agent_id"] = agent, ["summary"] = own },
            },
            cancel
        );
        return new(
            agent,
            (answer.TryGetProperty("conversation", out var made) ? LettaAgent.TextOf(made, "id") : null)
                ?? throw new JsonException("The new conversation has no id.")
        );
    }

    /// <summary>
    /// Puts a conversation into a mode in which the agent asks. What the server says it is in afterwards is checked: it says nothing to a mode
    /// that it does not know. What somebody said in the stricter mode is not loosened before it is answered.
    /// </summary>
    public async Task AskFirstAsync(AppServerScope scope, string wanted, CancellationToken cancel)
    {
        if (wanted != Strict && await StateAsync(scope, cancel) is { Mode: Strict } state)
        {
            if (state.IsProcessing)
            {
                throw new LettaCallException(
                    "it is answering somebody who has fewer permissions. Wait until it is done, or cancel the run."
                );
            }

            if (state.Queue.Count > 0)
            {
                throw new LettaCallException(
                    "a message of somebody who has fewer permissions waits in its queue. Let the queue go on, or cancel that message."
                );
            }
        }

        await link.AskAsync(
            "runtime_start",
            new()
            {
                ["agent_id"] = scope.Agent,
                ["conversation_id"] = scope.Conversation,
                ["mode"] = wanted,
                ["client_info"] = new JsonObject { ["name"] = "sanctum-configurator" },
                ["wait_for_replay"] = true,
                ["recover_approvals"] = false,
            },
            cancel
        );
        if ((await StateAsync(scope, cancel)).Mode is { } mode && !IsAsking(mode))
        {
            throw new LettaCallException(
                $"the App Server keeps this conversation in the mode {mode}, in which the agent does not ask. Nothing was sent."
            );
        }
    }

    /// <summary>Whether the agent asks in this mode before it changes anything.</summary>
    public static bool IsAsking(string mode) => mode is Standard or Strict;

    public Task ArchiveAsync(AppServerScope scope, CancellationToken cancel) =>
        link.AskAsync(
            "conversation_update",
            new()
            {
                ["conversation_id"] = scope.Conversation,
                ["body"] = new JsonObject { ["archived"] = true },
            },
            cancel
        );

    /// <summary>Asks what a conversation is doing. The connection hears its events from then on.</summary>
    public async Task<ConversationState> StateAsync(AppServerScope scope, CancellationToken cancel)
    {
        using var listener = link.Listen(scope);
        await SyncAsync(scope, cancel);

        // The events come before the answer.
        var state = new ConversationState();
        while (listener.TryRead(out var happened))
        {
            state.Take(happened);
        }

        return state;
    }

    /// <summary>Lets the server tell all that there is about a conversation, as events that come before it answers.</summary>
    public Task SyncAsync(AppServerScope scope, CancellationToken cancel) =>
        link.AskAsync(
            "sync",
            new()
            {
                ["runtime"] = scope.ToJson(),
                ["recover_approvals"] = false,
                ["force_device_status"] = true,
            },
            cancel
        );

    /// <summary>
    /// How the agent's newest conversation stands. The server keeps no record of runs: a last message without an answer is all that is left
    /// of one that failed.
    /// </summary>
    public async Task<LastTurn> LastAsync(string agent, CancellationToken cancel)
    {
        var scope = new AppServerScope(agent, AppServerScope.Default);
        var messages = await MessagesAsync(scope, LastFew, cancel);
        var newest = (
            from conversation in await ListAsync(agent, cancel)
            let spoken = LettaAgent.TimeOf(conversation, "last_message_at")
            where spoken is not null
            orderby spoken descending
            select (Id: LettaAgent.TextOf(conversation, "id"), Spoken: spoken)
        ).FirstOrDefault();
        if (newest.Id is not null && !(messages.Select(message => LettaAgent.TimeOf(message, "date")).Max() > newest.Spoken))
        {
            scope = new(agent, newest.Id);
            messages = await MessagesAsync(scope, LastFew, cancel);
        }

        if (messages.Count == 0)
        {
            return new(null, null, false);
        }

        var at = messages.Select(message => LettaAgent.TimeOf(message, "date")).Max();
        if (AppServerMessages.IsAnswer(messages[0]))
        {
            return new(at, LettaAgent.Done, false);
        }

        var state = await StateAsync(scope, cancel);
        var sentAs = messages
            .Where(message => LettaAgent.TextOf(message, "message_type") == "user_message")
            .Select(message => LettaAgent.TextOf(message, "otid"))
            .FirstOrDefault();
        return new(at, state.IsProcessing ? LettaAgent.Working : LettaAgent.Unanswered, state.Pending.Count > 0, sentAs);
    }

    /// <summary>The call that a request asks about; null where it asks about something else.</summary>
    public static LettaToolCall? CallIn(JsonElement request) =>
        request.TryGetProperty("request", out var asked)
        && LettaAgent.TextOf(asked, "subtype") == "can_use_tool"
        && LettaAgent.TextOf(request, "request_id") is { } id
            ? new(id, LettaAgent.TextOf(asked, "tool_name"), asked.TryGetProperty("input", out var input) ? input.GetRawText() : "")
            : null;

    internal static bool IsArchived(JsonElement conversation) =>
        conversation.TryGetProperty("archived", out var archived) && archived.ValueKind == JsonValueKind.True;
}

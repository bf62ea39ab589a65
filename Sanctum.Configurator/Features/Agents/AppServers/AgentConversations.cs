using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.AppServers;

/// <summary>A conversation of an agent on an App Server.</summary>
/// <param name="Id"><c>default</c> for the one that every agent has.</param>
/// <param name="Mode">What the agent may do in it without asking; null where the server did not say.</param>
/// <param name="Pending">How many calls wait for an approval.</param>
public sealed record AgentConversation(string Id, string? Title, DateTimeOffset? LastMessage, string? Mode, bool IsAnswering, int Pending)
{
    /// <summary>The agent changes things without asking anybody: files in the mode acceptEdits, and by any command in unrestricted.</summary>
    public bool IsUnasked => Mode is not null && !AppServerConversations.IsAsking(Mode);
}

/// <summary>The mode that a conversation is to have.</summary>
public sealed class ConversationModeForm
{
    [TextLimit(Lengths.Name)]
    public string? Mode { get; set; }
}

/// <summary>The conversations of an agent on an App Server, and what it may do in them without asking.</summary>
public sealed class AgentConversations(AppServerCalls calls)
{
    /// <summary>So many are asked for what they are doing: each costs a question of its own.</summary>
    private const int Most = 50;

    public Task<Outcome<IReadOnlyList<AgentConversation>>> ListAsync(int id, CancellationToken cancel) =>
        calls.ReadAsync(id, (link, uid) => ListAsync(link, uid, cancel), cancel);

    /// <summary>Lets the agent ask before it runs a tool in this conversation.</summary>
    public Task<Outcome<AgentConversation>> SetModeAsync(
        int id,
        string conversation,
        ConversationModeForm form,
        CancellationToken cancel
    ) =>
        form.Mode != AppServerConversations.Standard
            ? Task.FromResult<Outcome<AgentConversation>>(
                new Outcome<AgentConversation>.Invalid(
                    nameof(form.Mode),
                    $"The console sets the mode {AppServerConversations.Standard} only, in which the agent asks before it changes anything."
                )
            )
            : calls.WriteAsync(
                Policies.OperateRegistry,
                id,
                ("ask first", new { conversation }),
                async (link, uid) =>
                {
                    var scope = new AppServerScope(uid, conversation);
                    await new AppServerConversations(link).AskFirstAsync(scope, AppServerConversations.Standard, cancel);
                    return await StateAsync(link, scope, null, null, cancel);
                },
                cancel
            );

    private static async Task<IReadOnlyList<AgentConversation>> ListAsync(AppServerLink link, string uid, CancellationToken cancel)
    {
        var conversations = new AppServerConversations(link);
        var listed = (await conversations.ListAsync(uid, cancel))
            .Where(conversation => !AppServerConversations.IsArchived(conversation))
            .OrderByDescending(conversation => LettaAgent.TimeOf(conversation, "last_message_at"))
            .Take(Most)
            .Select(conversation =>
                (
                    Id: LettaAgent.TextOf(conversation, "id"),
                    Title: LettaAgent.TextOf(conversation, "summary"),
                    Last: LettaAgent.TimeOf(conversation, "last_message_at")
                )
            )
            .Where(conversation => conversation.Id is not null)
            .ToList();
        var own = await conversations.MessagesAsync(new(uid, AppServerScope.Default), 1, cancel);
        DateTimeOffset? spoken = own.Count > 0 ? LettaAgent.TimeOf(own[0], "date") : null;
        return await Task.WhenAll(
            listed
                .Prepend((Id: AppServerScope.Default, Title: "Default", Last: spoken))
                .Select(c => StateAsync(link, new(uid, c.Id!), c.Title, c.Last, cancel))
        );
    }

    private static async Task<AgentConversation> StateAsync(
        AppServerLink link,
        AppServerScope scope,
        string? title,
        DateTimeOffset? last,
        CancellationToken cancel
    )
    {
        var state = await new AppServerConversations(link).StateAsync(scope, cancel);
        return new(scope.Conversation, title is null ? null : link.Hide(title), last, state.Mode, state.IsProcessing, state.Pending.Count);
    }
}

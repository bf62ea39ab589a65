using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>What an answer is made of: the conversation, the messages before it, and the answer itself where it goes on.</summary>
/// <param name="Agent">The agent's id at Letta; null for a model.</param>
/// <param name="Problem">Why it can't be made, in a sentence.</param>
internal sealed record RunInput(
    Conversation Conversation,
    ConversationMessage Message,
    IReadOnlyList<AskedMessage> Said,
    string? Agent,
    string? AgentName,
    int Pieces,
    string? Problem
)
{
    /// <summary>Messages, and characters of them, that are given to whoever answers.</summary>
    private const int MostMessages = 200,
        MostCharacters = 400_000;

    public static async Task<RunInput?> ReadAsync(RegistryDbContext registry, ConversationRun run, CancellationToken cancel)
    {
        var conversation = await registry.Conversations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == run.ConversationId, cancel);
        var message = await registry.ConversationMessages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == run.MessageId, cancel);
        if (conversation is null || message is null)
        {
            return null;
        }

        var path = await ConversationTree.UpwardsAsync(registry, conversation.Id, message.Id, MostMessages + 1, cancel);
        var before = run.IsContinuation ? path : [.. path.Skip(1)];
        var agent = run.AgentId is { } id
            ? await registry
                .Agents.AsNoTracking()
                .Where(a => a.Id == id)
                .Select(a => new { a.Name, a.LettaUid })
                .FirstOrDefaultAsync(cancel)
            : null;
        return new(
            conversation,
            message,
            await SaidAsync(registry, before, cancel),
            agent?.LettaUid,
            agent?.Name,
            await registry.ConversationPieces.Where(p => p.RunId == run.Id).MaxAsync(p => (int?)p.Number, cancel) ?? 0,
            run.AgentId is null ? null
                : agent is null ? "The agent was deleted. Choose another one for this conversation, then ask again."
                : agent.LettaUid is null ? "You can't talk to this agent, because it has no Letta id in the registry."
                : null
        );
    }

    /// <summary>From the newest upwards, as much as there is room for; in the order in which it was said.</summary>
    private static async Task<IReadOnlyList<AskedMessage>> SaidAsync(
        RegistryDbContext registry,
        IReadOnlyList<Guid> path,
        CancellationToken cancel
    )
    {
        var said = new LinkedList<AskedMessage>();
        var room = MostCharacters;
        foreach (var part in path.Chunk(20))
        {
            var messages = await registry
                .ConversationMessages.AsNoTracking()
                .Where(m => part.Contains(m.Id))
                .Select(m => new
                {
                    m.Id,
                    m.Role,
                    Content = m.Content.Substring(0, MostCharacters),
                    m.Attachments,
                })
                .ToDictionaryAsync(m => m.Id, cancel);
            foreach (var message in part.Select(id => messages[id]))
            {
                var text = AttachedFiles.With(message.Content, ConversationReader.Read<ConversationAttachment>(message.Attachments));
                room -= text.Length;
                if (room < 0 && said.Count > 0)
                {
                    return [.. said];
                }

                if (!string.IsNullOrWhiteSpace(text))
                {
                    said.AddFirst(new AskedMessage(message.Role, text));
                }
            }
        }

        return [.. said];
    }
}

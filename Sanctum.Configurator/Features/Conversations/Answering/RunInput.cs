using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>What an answer is made of: the conversation, the messages before it, and the answer itself where it goes on.</summary>
/// <param name="Agent">The agent's id at Letta; null for a model.</param>
/// <param name="Problem">Why it can't be made, in a sentence.</param>
internal sealed record RunInput(
    Conversation Conversation,
    ConversationMessage Message,
    IReadOnlyList<SaidMessage> Said,
    string? Agent,
    string? AgentName,
    int Pieces,
    string? Problem
)
{
    /// <summary>What is to be answered.</summary>
    public SaidMessage Question => Said is [.., var last] ? last : new(Guid.Empty, ConversationMessage.User, "");

    /// <param name="said">Keeps what was said last.</param>
    /// <param name="most">Messages that a model is given.</param>
    public static async Task<RunInput?> ReadAsync(
        RegistryDbContext registry,
        ConversationRun run,
        ShortTermMemory said,
        int most,
        CancellationToken cancel
    )
    {
        var conversation = await registry.Conversations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == run.ConversationId, cancel);
        var message = await registry.ConversationMessages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == run.MessageId, cancel);
        if (conversation is null || message is null)
        {
            return null;
        }

        var path = await ConversationTree.UpwardsAsync(
            registry,
            conversation.Id,
            message.Id,
            most + ShortTermMemory.KeptBeforeASummary + 1,
            cancel
        );
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
            await said.ReadAsync(registry, conversation, before, run.AgentId is null ? most : 1, cancel),
            agent?.LettaUid,
            agent?.Name,
            await registry.ConversationPieces.Where(p => p.RunId == run.Id).MaxAsync(p => (int?)p.Number, cancel) ?? 0,
            run.AgentId is null ? null
                : agent is null ? "The agent was deleted. Choose another one for this conversation, then ask again."
                : agent.LettaUid is null ? "You can't talk to this agent, because it has no Letta id in the registry."
                : null
        );
    }
}

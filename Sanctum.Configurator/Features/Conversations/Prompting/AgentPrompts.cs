using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Prompting;

/// <summary>
/// Chooses the memories that an agent is given ahead of a message. It keeps what it was told: each memory is given once in a conversation,
/// and again only when it was changed.
/// </summary>
public sealed class AgentPrompts(
    IDbContextFactory<RegistryDbContext> registries,
    MemorySettingsService settings,
    PromptMemories memories,
    SentPrompts sent
)
{
    /// <summary>Memories that are looked at to find some that were not given yet.</summary>
    private const int MostLookedAt = 500;

    /// <summary>Writes down what the agent is given for this answer, before it is sent.</summary>
    /// <returns>The text that goes ahead of the message; empty for none.</returns>
    public async Task<string> PrepareAsync(ConversationRun run, Conversation conversation, SaidMessage question, CancellationToken cancel)
    {
        var limits = await settings.ReadAsync(cancel);
        var given = await GivenAsync(conversation.Id, run.AgentId, cancel);
        var recalled = await memories.ForAsync(
            conversation,
            question.Text,
            limits,
            Math.Min(MostLookedAt, limits.MostRecalled + given.Count),
            cancel
        );
        IReadOnlyList<RecalledMemory> chosen =
        [
            .. recalled.Memories.Where(memory => given.GetValueOrDefault(memory.Id) != memory.Content).Take(limits.MostRecalled),
        ];
        var ahead = MemoryLines.Marked(chosen);
        var tokens = TokenEstimate.Count("", ahead);
        var parts = new PromptParts(
            ahead.Length == 0 ? [] : [new(PromptBuilder.Remembered, tokens)],
            PromptMemory.Of(chosen),
            recalled.Note,
            [question.Id],
            0
        )
        {
            AgentId = run.AgentId,
        };
        var asked = TokenEstimate.OfMessage + TokenEstimate.Count("", question.Text);
        await sent.KeepAsync(run.MessageId, new(ahead, [question], parts, tokens + asked, IsEstimated: true), cancel);
        await memories.UsedAsync(parts, cancel);
        return ahead;
    }

    /// <summary>What the agent was given in this conversation, as it was then. What failed without a word has not reached it.</summary>
    private async Task<Dictionary<Guid, string>> GivenAsync(Guid conversation, int? agent, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var before = await registry
            .ConversationMessages.Where(m => m.ConversationId == conversation && m.State != ConversationMessageState.Failed)
            .Join(registry.ConversationPrompts, m => m.Id, p => p.MessageId, (_, p) => p)
            .Where(p => p.System != "")
            .OrderBy(p => p.CreatedAt)
            .ThenBy(p => p.MessageId)
            .Select(p => p.Parts)
            .ToListAsync(cancel);
        Dictionary<Guid, string> given = [];
        foreach (var memory in before.Select(PromptParts.Read).Where(parts => parts.AgentId == agent).SelectMany(parts => parts.Memories))
        {
            given[memory.Id] = memory.Content;
        }

        return given;
    }
}

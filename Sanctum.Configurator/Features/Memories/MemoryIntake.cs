using Sanctum.Configurator.Features.Memories.Extraction;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>
/// Hears what happens in conversations, inside the transaction in which it happens. It only notes what is to be read; no model is called.
/// </summary>
public sealed class MemoryIntake(TimeProvider clock)
{
    /// <summary>
    /// An answer is complete: memories are to be read from it and its question. Temporary conversations, and those of people who don't want
    /// memory, leave nothing.
    /// </summary>
    public Task AfterExchangeAsync(RegistryDbContext registry, Guid conversationId, Guid answerId, CancellationToken cancel) =>
        ExtractionQueue.AddAsync(registry, conversationId, answerId, clock.GetUtcNow(), cancel);

    /// <summary>A conversation was archived: it is to be summarised.</summary>
    public Task AfterEndAsync(RegistryDbContext registry, Guid conversationId, CancellationToken cancel) =>
        ExtractionQueue.AddAsync(registry, conversationId, null, clock.GetUtcNow(), cancel);

    /// <summary>Why a memory that a program writes waits until somebody has looked at it; null where it is used at once.</summary>
    public static string? WhyHeld(string content, bool isSummary) => MemoryGuard.ReasonToHold(content, isSummary);

    /// <summary>Memories that a program deletes are forgotten as on the page: with what was made of them, and for good.</summary>
    public Task ForgetAsync(RegistryDbContext registry, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        MemoryForgetting.ForgetAsync(registry, ids, leavesTombstones: true, clock.GetUtcNow(), cancel);

    /// <summary>
    /// Messages were deleted or edited: what was remembered from them goes with them, with what was made of it and the summaries of their
    /// conversations, and what was still to be read of them is not. It may be remembered again where it is said again.
    /// </summary>
    /// <remarks>To be called before the messages are deleted.</remarks>
    public async Task ForgetOfMessagesAsync(RegistryDbContext registry, IReadOnlyCollection<Guid> messages, CancellationToken cancel)
    {
        foreach (var part in messages.Chunk(500))
        {
            var conversations = registry.ConversationMessages.Where(m => part.Contains(m.Id)).Select(m => m.ConversationId).Distinct();
            var derived = await registry
                .Memories.Where(m =>
                    (m.SourceMessageId != null && part.Contains(m.SourceMessageId.Value))
                    || (
                        m.MemoryType == MemoryKind.Summary
                        && m.ExtractedBy != null
                        && m.SourceConversationId != null
                        && conversations.Contains(m.SourceConversationId.Value)
                    )
                )
                .Select(m => m.Id)
                .ToListAsync(cancel);
            await MemoryForgetting.ForgetAsync(registry, derived, leavesTombstones: false, clock.GetUtcNow(), cancel);
            var answers = registry.ConversationMessages.Where(m => m.ParentId != null && part.Contains(m.ParentId.Value)).Select(m => m.Id);
            await registry
                .MemoryExtractions.Where(e =>
                    e.MessageId != null && (part.Contains(e.MessageId.Value) || answers.Contains(e.MessageId.Value))
                )
                .ExecuteDeleteAsync(cancel);
        }
    }
}

using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>What is to be read, once for each exchange; nothing of who does not want it.</summary>
internal static class ExtractionQueue
{
    /// <param name="message">The answer that ended the exchange; null where the whole conversation is summarised.</param>
    public static async Task AddAsync(
        RegistryDbContext registry,
        Guid conversation,
        Guid? message,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var owner = await registry
            .Conversations.Where(c => c.Id == conversation && !c.IsTemporary)
            .Select(c => c.UserId)
            .FirstOrDefaultAsync(cancel);
        var isOn = await registry.MemorySettings.Select(s => (bool?)s.IsOn).SingleOrDefaultAsync(cancel) ?? true;
        if (owner is null || !isOn || !await MemoryQueries.WantsMemoryAsync(registry, owner, cancel))
        {
            return;
        }

        var isThere = message is not null
            ? await registry.MemoryExtractions.AnyAsync(e => e.MessageId == message, cancel)
            : await registry.MemoryExtractions.AnyAsync(
                e => e.ConversationId == conversation && e.MessageId == null && e.Status == MemoryExtractionStatus.Waiting,
                cancel
            );
        if (!isThere)
        {
            registry.Add(
                new MemoryExtraction
                {
                    ConversationId = conversation,
                    MessageId = message,
                    DueAt = now,
                    CreatedAt = now,
                }
            );
            await registry.SaveChangesAsync(cancel);
        }
    }
}

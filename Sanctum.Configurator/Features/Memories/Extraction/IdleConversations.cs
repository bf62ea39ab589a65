using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>Asks for a summary of conversations that have ended because nobody said anything more.</summary>
internal sealed class IdleConversations(
    IDbContextFactory<RegistryDbContext> registries,
    IOptions<MemoryOptions> options,
    TimeProvider clock
)
{
    /// <summary>What ended longer ago was imported, or was there before the console remembered: nobody pays a model for it.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int MostAtOnce = 100;

    /// <summary>Messages that make a conversation.</summary>
    private const int Least = 2;

    /// <returns>How many are to be summarised.</returns>
    public async Task<int> EnqueueAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var kept = now - Kept;
        await registry.MemoryExtractions.Where(e => e.Status == MemoryExtractionStatus.Done && e.EndedAt < kept).ExecuteDeleteAsync(cancel);
        var settings = await registry.MemorySettings.AsNoTracking().SingleOrDefaultAsync(cancel) ?? new();
        if (!settings.IsOn)
        {
            return 0;
        }

        var (idle, oldest) = (now.AddHours(-options.Value.IdleHours), now.AddHours(-options.Value.IdleHours) - Longest);
        var ended = await registry
            .Conversations.Where(c => !c.IsTemporary && c.UserId != null && c.MessageCount >= Least)
            .Where(c => c.UpdatedAt < idle && c.UpdatedAt >= oldest)
            .Where(c => !registry.MemoryExtractions.Any(e => e.ConversationId == c.Id && e.MessageId == null && e.CreatedAt >= c.UpdatedAt))
            .Where(c => !registry.UserPreferences.Any(p => p.UserId == c.UserId && !p.UsesMemory))
            .OrderBy(c => c.UpdatedAt)
            .Take(MostAtOnce)
            .Select(c => c.Id)
            .ToListAsync(cancel);
        foreach (var id in ended)
        {
            await ExtractionQueue.AddAsync(registry, id, null, now, cancel);
        }

        return ended.Count;
    }
}

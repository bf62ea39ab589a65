using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>Deletes what nobody keeps: temporary conversations after their time, and the runs of answers that ended a week ago.</summary>
internal sealed class ConversationRetention(
    IDbContextFactory<RegistryDbContext> registries,
    IOptions<ConversationOptions> options,
    TimeProvider clock
)
{
    private static readonly TimeSpan OfRuns = TimeSpan.FromDays(7);

    /// <returns>How many conversations were deleted.</returns>
    public async Task<int> CleanUpAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var (before, ended) = (now.AddHours(-options.Value.TemporaryHours), now - OfRuns);
        await registry
            .ConversationRuns.Where(r => r.Status == ConversationRunStatus.Ended && r.EndedAt < ended)
            .Where(r => !WaitingCode.RunsIn(registry).Contains(r.Id))
            .ExecuteDeleteAsync(cancel);
        return await registry
            .Conversations.Where(c => c.IsTemporary && c.UpdatedAt < before)
            .Where(c => !registry.ConversationRuns.Any(r => r.ConversationId == c.Id && r.Status != ConversationRunStatus.Ended))
            .ExecuteDeleteAsync(cancel);
    }
}

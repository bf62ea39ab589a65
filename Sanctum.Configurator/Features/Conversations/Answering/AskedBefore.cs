using Sanctum.Configurator.Features.Conversations.Keeping;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>A message that was sent before with the id that its sender gave it: it is taken once, however often it comes.</summary>
internal static class AskedBefore
{
    /// <summary>The caller's conversation that the message is of; null where there is none.</summary>
    public static async Task<Guid?> ConversationAsync(
        IDbContextFactory<RegistryDbContext> registries,
        ConversationAccess access,
        Guid? message,
        CancellationToken cancel
    )
    {
        if (message is null)
        {
            return null;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await access
            .Own(registry)
            .Where(c => registry.ConversationMessages.Any(m => m.Id == message && m.ConversationId == c.Id))
            .Select(c => (Guid?)c.Id)
            .FirstOrDefaultAsync(cancel);
    }

    /// <summary>What became of it; null where it was not sent.</summary>
    public static async Task<Outcome<BegunAnswer>?> FindAsync(
        RegistryDbContext registry,
        Guid conversation,
        Guid message,
        CancellationToken cancel
    )
    {
        var found = await registry
            .ConversationMessages.Where(m => m.Id == message)
            .Select(m => (Guid?)m.ConversationId)
            .FirstOrDefaultAsync(cancel);
        if (found is null)
        {
            return null;
        }

        var run = await registry
            .ConversationRuns.AsNoTracking()
            .Where(r => registry.ConversationMessages.Any(a => a.Id == r.MessageId && a.ParentId == message))
            .OrderBy(r => r.Id)
            .FirstOrDefaultAsync(cancel);
        return found == conversation && run is not null
            ? new Outcome<BegunAnswer>.Ok(new(conversation, message, run.MessageId, run.Id))
            : new Outcome<BegunAnswer>.Invalid(nameof(AskForm.MessageId), "Another message has this id already.");
    }
}

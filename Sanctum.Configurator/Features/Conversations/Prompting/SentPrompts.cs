using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Prompting;

/// <summary>Keeps what a model or an agent was given for each answer, and shows it to whose conversation it is.</summary>
public sealed class SentPrompts(IDbContextFactory<RegistryDbContext> registries, ConversationAccess access, TimeProvider clock)
{
    /// <summary>Null for an answer of another program, and in somebody else's conversation.</summary>
    public async Task<SentPrompt?> FindAsync(Guid conversation, Guid message, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return
            await access.MayAsync()
            && await registry
                .ConversationPrompts.AsNoTracking()
                .Where(p => p.MessageId == message)
                .Where(p => registry.ConversationMessages.Any(m => m.Id == p.MessageId && m.ConversationId == conversation))
                .Where(p => access.Own(registry).Any(c => c.Id == conversation))
                .SingleOrDefaultAsync(cancel)
                is { } prompt
            ? new(prompt.MessageId, prompt.System, PromptParts.Read(prompt.Parts), prompt.Tokens, prompt.IsEstimated, prompt.CreatedAt)
            : null;
    }

    /// <summary>Before it is sent. An answer that goes on has its newest one.</summary>
    internal async Task KeepAsync(Guid message, BuiltPrompt prompt, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (!await registry.ConversationMessages.AnyAsync(m => m.Id == message, cancel))
        {
            return; // The conversation was deleted.
        }

        await registry.ConversationPrompts.Where(p => p.MessageId == message).ExecuteDeleteAsync(cancel);
        registry.Add(
            new ConversationPrompt
            {
                MessageId = message,
                System = prompt.System,
                Parts = prompt.Parts.ToJson(),
                Tokens = prompt.Tokens,
                IsEstimated = prompt.IsEstimated,
                CreatedAt = clock.GetUtcNow(),
            }
        );
        await registry.SaveChangesAsync(cancel);
    }
}

using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Prompting;

/// <summary>The memories that fit a question of a conversation.</summary>
public sealed class PromptMemories(MemoryRecall memories)
{
    /// <summary>Characters of the question by which memories are looked for.</summary>
    private const int MostAsked = 4_000;

    /// <summary>None where memory is off for all or for the person, in a temporary conversation, and where nothing was asked.</summary>
    /// <param name="most">Memories.</param>
    public async Task<Recalled> ForAsync(
        Conversation conversation,
        string? question,
        MemorySettingsView limits,
        int most,
        CancellationToken cancel
    )
    {
        if (
            !limits.IsOn
            || conversation is not { IsTemporary: false, UserId: { } user }
            || limits.MostRecalled <= 0
            || string.IsNullOrWhiteSpace(question)
        )
        {
            return new([], null);
        }

        var words = question.Length <= MostAsked ? question : WholeText.Of(question[..MostAsked]);
        return await memories.RecallAsync(new(user, conversation.AgentId, words, most), cancel);
    }

    /// <summary>Writes down that these were given to whoever answers.</summary>
    public Task UsedAsync(PromptParts parts, CancellationToken cancel) =>
        memories.UsedAsync([.. parts.Memories.Select(memory => memory.Id)], cancel);
}

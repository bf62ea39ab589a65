using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>A memory as it is shown.</summary>
/// <param name="Agent">What the agent is called that it is kept for; null where it is for no agent.</param>
/// <param name="HeldBecause">Why somebody has to look at it first.</param>
/// <param name="SourceMessageId">The message that it was read from; null where nobody may look there, and where it has none.</param>
/// <param name="ExtractedBy">The model that read it, or "rules"; null where a person or another program wrote it.</param>
/// <param name="IsOwn">It belongs to whoever looks; the others are shared with everybody.</param>
public sealed record MemoryRow(
    Guid Id,
    MemoryKind Kind,
    MemoryScope Scope,
    MemoryStatus Status,
    string Content,
    int? AgentId,
    string? Agent,
    string? HeldBecause,
    double Relevance,
    int UseCount,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset LastAccessed,
    DateTimeOffset? ValidFrom,
    DateTimeOffset? ValidTo,
    Guid? SupersededBy,
    Guid? SourceConversationId,
    Guid? SourceMessageId,
    string? ExtractedBy,
    string? PromptVersion,
    bool IsOwn,
    int Version
) : IHasVersion
{
    internal MemoryForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            Content = Content,
            Kind = Kind,
            Scope = Scope,
            AgentId = AgentId,
        };
}

/// <summary>What somebody wants to be remembered.</summary>
public sealed class MemoryForm : IValidatableObject
{
    public const int Longest = 2_000;

    [System.Text.Json.Serialization.JsonIgnore]
    public Guid? Id { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter what is to be remembered.")]
    [TextLimit(Longest)]
    public string? Content { get; set; }

    public MemoryKind Kind { get; set; } = MemoryKind.Preference;

    public MemoryScope Scope { get; set; }

    /// <summary>The agent that it is kept for, where its scope is an agent.</summary>
    public int? AgentId { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Scope == MemoryScope.Agent && AgentId is null)
        {
            yield return new("Choose the agent.", [nameof(AgentId)]);
        }

        if (Scope != MemoryScope.Agent && AgentId is not null)
        {
            yield return new("Only a memory for one agent has an agent. Leave it out, or change the scope.", [nameof(AgentId)]);
        }
    }
}

/// <summary>Which memories are listed; null for all.</summary>
public sealed record MemoryFilter(MemoryKind? Kind = null, MemoryScope? Scope = null, MemoryStatus? Status = null);

/// <summary>Memories that were forgotten: the one that was asked for, and what was made of it.</summary>
public sealed record ForgottenMemories(int Count);

/// <summary>Whether the console remembers anything of whoever asks.</summary>
/// <param name="IsOn">Memories are read from one's conversations, and given to models.</param>
/// <param name="IsOnForEverybody">An administrator has turned memory on.</param>
/// <param name="Waiting">Exchanges and conversations of theirs that are still to be read.</param>
/// <param name="Problem">Why the last of these that failed within a week did, in a sentence.</param>
public sealed record MemoryUse(bool IsOn, bool IsOnForEverybody, int Waiting = 0, string? Problem = null);

/// <summary>Whether the console is to remember anything of whoever asks.</summary>
public sealed class MemoryUseForm
{
    public bool IsOn { get; set; } = true;
}

/// <summary>Something of a person's memories is not as it was.</summary>
/// <param name="UserId">As <c>memory_long_term.user_id</c> has it.</param>
public sealed record MemoriesChanged(string UserId);

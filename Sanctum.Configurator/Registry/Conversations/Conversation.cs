namespace Sanctum.Configurator.Registry.Conversations;

/// <summary>What somebody and an agent or a model said to each other. It belongs to one user of the console, and to nobody else.</summary>
public sealed class Conversation : IVersioned
{
    public const int TitleLength = 500;

    public Guid Id { get; init; }

    /// <summary>The owner: the id of the console's user as text, or whatever another program calls him.</summary>
    public string? UserId { get; init; }
    public string? Title { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something was said last.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
    public int MessageCount { get; set; }
    public bool IsArchived { get; set; }
    public bool IsPinned { get; set; }

    /// <summary>It goes by itself, and no search finds it.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>Somebody named it: it is not named by its first words any more.</summary>
    public bool IsNamedByHand { get; set; }

    /// <summary>Whoever has its address and an account may read it.</summary>
    public bool IsShared { get; set; }
    public ConversationPartner Partner { get; set; }

    /// <summary>Null where it speaks with a model, and where the agent was deleted.</summary>
    public int? AgentId { get; set; }

    /// <summary>Null where it speaks with an agent, and where it speaks with the model in force.</summary>
    public int? ConfigId { get; set; }

    /// <summary>The last message of the branch that is shown; null where other programs wrote all of them.</summary>
    public Guid? LeafMessageId { get; set; }

    /// <summary>By which one that is imported again is known: the other program and its id there.</summary>
    public string? SourceKey { get; init; }
    public int Version { get; set; }
}

namespace Sanctum.Configurator.Registry.Conversations;

/// <summary>The making of one answer, by one console at a time.</summary>
public sealed class ConversationRun
{
    public int Id { get; private set; }
    public Guid ConversationId { get; init; }

    /// <summary>The answer.</summary>
    public Guid MessageId { get; init; }
    public ConversationRunStatus Status { get; set; }

    /// <summary>On whose account a model is called.</summary>
    public int? UserId { get; init; }

    /// <summary>As the agent's server names whoever speaks.</summary>
    public required string Speaker { get; init; }

    /// <summary>On an App Server: whether the agent may read files without asking.</summary>
    public bool MayRead { get; init; }

    /// <summary>The agent that is asked; one answer at a time for each. Null for a model.</summary>
    public int? AgentId { get; init; }

    /// <summary>JSON: what somebody decided about calls that waited, upon which the answer goes on; null where it begins.</summary>
    public string? Decision { get; init; }

    /// <summary>A model goes on with what it said so far.</summary>
    public bool IsContinuation { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The console that makes it: another word at each of its starts.</summary>
    public string? Owner { get; set; }

    /// <summary>When others may take it over, unless its owner answers.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }
    public bool IsCancelRequested { get; set; }

    /// <summary>How often the console that made it ended with it.</summary>
    public int Crashes { get; set; }

    /// <summary>By which Letta knows the question again.</summary>
    public required string ClientId { get; init; }

    /// <summary>The run at Letta.</summary>
    public string? LettaRunId { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>A piece of an answer that is being made. When it is done, the message has all of it, and the pieces are gone.</summary>
public sealed class ConversationPiece
{
    public int RunId { get; init; }

    /// <summary>From 1 on.</summary>
    public int Number { get; init; }
    public ConversationPieceKind Kind { get; init; }
    public required string Text { get; init; }
}

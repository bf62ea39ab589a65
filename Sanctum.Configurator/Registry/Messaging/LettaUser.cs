namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>A person who writes to agents, on however many platforms.</summary>
public sealed class LettaUser : IVersioned
{
    public int Id { get; private set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastActive { get; set; }

    /// <summary>JSON object: what the person likes, for agents to read.</summary>
    public string? AgentPreferences { get; set; }

    /// <summary>Messages of the past that an agent is given.</summary>
    public int ConversationHistoryLimit { get; set; } = 10;
    public string? CustomInstructions { get; set; }

    /// <summary>What an inactive person writes is refused.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>The person on a V1 server: their identity, and the block that tells agents of them.</summary>
    public string? LettaIdentityId { get; set; }
    public string? LettaBlockId { get; set; }

    /// <summary>As an operator calls the person; null where the platforms' own names are good enough.</summary>
    public string? DisplayName { get; set; }

    /// <summary>
    /// The person whom this one was found to be. Its rows stay its own, so that a split finds them; null where it stands for itself. It never
    /// names one that is merged itself.
    /// </summary>
    public int? MergedInto { get; set; }

    /// <summary>The console's user who this is.</summary>
    public int? UserId { get; set; }

    /// <summary>Why the person may not be erased, such as a law or a lawsuit; null where they may.</summary>
    public string? HoldReason { get; set; }

    /// <summary>The import that brought it, and its id there.</summary>
    public int? ImportId { get; set; }
    public string? SourceKey { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>What a person wrote, with the agent's answer; or what an agent or an operator wrote to a person.</summary>
public sealed class Message
{
    public int Id { get; private set; }

    /// <summary>Null where the person is not known any more.</summary>
    public int? LettaUserId { get; set; }
    public int? PlatformProfileId { get; set; }

    /// <summary>"user" or "assistant"; other programs may write others.</summary>
    public string? Role { get; init; }

    /// <summary>The column <c>message</c>.</summary>
    public string? Text { get; set; }
    public DateTimeOffset? Timestamp { get; init; }
    public bool Processed { get; set; }
    public string? AgentResponse { get; set; }
    public int? AgentId { get; init; }
    public int? ChannelId { get; init; }

    /// <summary>Where on the platform it was written, and where the answer goes: a chat, a thread of mail.</summary>
    public string? Chat { get; init; }

    /// <summary>Its id on the platform, by which one that comes twice is known.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The caller and the key it gave, by which a call that is repeated is known; with a hash of what it said.</summary>
    public string? IdempotencyKey { get; init; }
    public string? RequestHash { get; init; }

    /// <summary>The message whose text was mended; it stays as it was.</summary>
    public int? EditedFrom { get; init; }

    /// <summary>The operator who wrote it in the agent's stead.</summary>
    public string? SentBy { get; init; }

    /// <summary>What an operator noted about it.</summary>
    public string? Note { get; set; }
    public string? NotedBy { get; set; }

    /// <summary>JSON array: the files that came with it, as name, type and address.</summary>
    public string? Attachments { get; set; }
    public int? ImportId { get; init; }
    public string? SourceKey { get; init; }
}

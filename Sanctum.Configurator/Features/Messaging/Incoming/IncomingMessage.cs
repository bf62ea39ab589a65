using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Incoming;

/// <summary>What a person wrote on a platform, as it comes in.</summary>
public sealed record IncomingMessage
{
    /// <summary>Such as "telegram".</summary>
    public required string Platform { get; init; }

    /// <summary>Who wrote it, as the platform knows them.</summary>
    public required string PlatformUserId { get; init; }
    public string? Username { get; init; }
    public string? DisplayName { get; init; }
    public required string Text { get; init; }

    /// <summary>The agent's id in the registry.</summary>
    public required int AgentId { get; init; }

    /// <summary>Where the answer goes: a chat, a thread of mail; null where it is the writer's own id.</summary>
    public string? Chat { get; init; }

    /// <summary>The message's id on the platform: one that comes twice is taken once.</summary>
    public string? ExternalId { get; init; }

    /// <summary>When it was written; null for now.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>JSON object: what the platform knows of the writer besides; null leaves it as it is.</summary>
    public string? Metadata { get; init; }

    /// <summary>The caller and the key it gave: a call that is repeated is answered as the first one was.</summary>
    public string? IdempotencyKey { get; init; }
    public IReadOnlyList<MessageAttachment> Attachments { get; init; } = [];
}

/// <summary>A file that came with a message; it is told to the agent as a link.</summary>
public sealed record MessageAttachment(
    [property: TextLimit(LengthLimits.Name)] string Name,
    [property: TextLimit(LengthLimits.Name)] string? Type,
    [property: TextLimit(2000)] string? Url
);

/// <summary>What became of a message that came in.</summary>
/// <param name="QueueId">Null where no agent is to see it.</param>
/// <param name="IsRepeated">It had come before, and was not taken again.</param>
internal sealed record AcceptedMessage(int MessageId, int? QueueId, int PersonId, bool IsRepeated);

using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>A message with what became of it.</summary>
public sealed record MessageRow
{
    public required int Id { get; init; }
    public int? PersonId { get; init; }
    public string? Person { get; init; }
    public int? ProfileId { get; init; }
    public string? Platform { get; init; }
    public int? AgentId { get; init; }
    public string? Agent { get; init; }
    public int? ChannelId { get; init; }
    public string? Channel { get; init; }

    /// <summary>Where on the platform it was written.</summary>
    public string? Chat { get; init; }
    public string? Role { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? Timestamp { get; init; }
    public string? AgentResponse { get; init; }

    /// <summary>The operator who wrote it in the agent's stead.</summary>
    public string? SentBy { get; init; }
    public int? EditedFrom { get; init; }
    public string? Note { get; init; }
    public string? NotedBy { get; init; }
    public IReadOnlyList<MessageAttachment> Attachments { get; init; } = [];
    public required MessageState State { get; init; }

    /// <summary>The newest entry of the queue with it.</summary>
    public int? QueueId { get; init; }
    public QueueStatus? QueueStatus { get; init; }

    /// <summary>The entry in whose turn it was answered too.</summary>
    public int? TurnId { get; init; }
    public string? RunId { get; init; }
    public string? CorrelationId { get; init; }

    /// <summary>Why it failed, or its answer was not delivered.</summary>
    public string? Failure { get; init; }

    /// <summary>How far its answer, or the message itself where an operator sent it, is on the way out.</summary>
    public OutboxStatus? Delivery { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Written by the agent or in its stead, and not by the person.</summary>
    internal bool IsOutgoing => Role?.Trim().ToLowerInvariant() is "assistant" or "agent";
}

/// <summary>One page of messages, the newest first.</summary>
/// <param name="NextCursor">Where the next page, of older ones, begins; null where there is none.</param>
public sealed record MessagePage(IReadOnlyList<MessageRow> Items, string? NextCursor, bool HasNewer)
{
    /// <summary>
    /// Where it takes long to find what is wanted, how far back this page has looked: the next one goes on from there, even where nothing
    /// was found so far. Null where all was looked through.
    /// </summary>
    public DateTimeOffset? SearchedTo { get; init; }

    /// <summary>The message that those of the next page are older than.</summary>
    internal int? OlderThan { get; init; }
}

/// <summary>A message with every piece of its answer on the way out.</summary>
public sealed record MessageView(MessageRow Message, IReadOnlyList<PieceRow> Pieces);

/// <summary>One piece of an answer.</summary>
public sealed record PieceRow(
    int Id,
    int Part,
    OutboxStatus Status,
    int AttemptCount,
    DateTimeOffset QueuedAt,
    DateTimeOffset? SentAt,
    string? Failure
);

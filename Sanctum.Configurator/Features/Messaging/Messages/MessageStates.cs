using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>How far messages are, by their newest entry in the queue and by their pieces on the way out.</summary>
internal static class MessageStates
{
    /// <summary>From the one that a person has to know of first.</summary>
    private static readonly OutboxStatus[] Worst =
    [
        OutboxStatus.Unknown,
        OutboxStatus.Failed,
        OutboxStatus.Sending,
        OutboxStatus.Queued,
        OutboxStatus.Cancelled,
        OutboxStatus.Sent,
    ];

    public static OutboxEntry? WorstOf(IReadOnlyList<OutboxEntry> pieces) =>
        pieces.OrderBy(piece => Array.IndexOf(Worst, piece.Status)).ThenByDescending(piece => piece.Id).FirstOrDefault();

    public static MessageState Of(Message message, QueueEntry? entry, OutboxStatus? delivery) =>
        entry?.Status switch
        {
            _ when delivery is OutboxStatus.Failed or OutboxStatus.Unknown => MessageState.Undelivered,
            QueueStatus.Pending or QueueStatus.Processing => MessageState.Waiting,
            QueueStatus.Failed or QueueStatus.Poison => MessageState.Failed,
            QueueStatus.Cancelled or QueueStatus.Flushed => MessageState.Cancelled,
            QueueStatus.Done => MessageState.Answered,
            _ => message switch
            {
                { Role: "assistant" or "agent" } => MessageState.Sent,
                { AgentResponse.Length: > 0 } => MessageState.Answered,
                _ => MessageState.Kept,
            },
        };

    /// <summary>
    /// The messages that are in this state. What is rare in the queue is found from there, by its index on states; the rest by the messages.
    /// </summary>
    public static IQueryable<Message> Of(IQueryable<Message> messages, RegistryDbContext registry, MessageState state) =>
        state switch
        {
            MessageState.Waiting => In(messages, registry, QueueStatus.Pending, QueueStatus.Processing),
            MessageState.Failed => In(messages, registry, QueueStatus.Failed, QueueStatus.Poison),
            MessageState.Cancelled => In(messages, registry, QueueStatus.Cancelled, QueueStatus.Flushed),
            MessageState.Undelivered => messages.Where(m =>
                registry
                    .Outbox.Where(o => o.Status == OutboxStatus.Failed || o.Status == OutboxStatus.Unknown)
                    .Select(o => o.MessageId)
                    .Contains(m.Id)
            ),
            MessageState.Answered => messages.Where(m =>
                registry.Queue.Any(e => e.MessageId == m.Id && e.Status == QueueStatus.Done)
                || (m.AgentResponse != null && m.AgentResponse != "" && !registry.Queue.Any(e => e.MessageId == m.Id))
            ),
            MessageState.Sent => messages.Where(m =>
                (m.Role == "assistant" || m.Role == "agent") && !registry.Queue.Any(e => e.MessageId == m.Id)
            ),
            _ => messages.Where(m =>
                m.Role != "assistant"
                && m.Role != "agent"
                && (m.AgentResponse == null || m.AgentResponse == "")
                && !registry.Queue.Any(e => e.MessageId == m.Id)
            ),
        };

    /// <summary>Whether the messages of the state are found by an index, and are few as a rule.</summary>
    public static bool IsRare(MessageState state) =>
        state is MessageState.Waiting or MessageState.Failed or MessageState.Cancelled or MessageState.Undelivered;

    private static IQueryable<Message> In(IQueryable<Message> messages, RegistryDbContext registry, QueueStatus one, QueueStatus other) =>
        messages.Where(m => registry.Queue.Where(e => e.Status == one || e.Status == other).Select(e => e.MessageId).Contains(m.Id));
}

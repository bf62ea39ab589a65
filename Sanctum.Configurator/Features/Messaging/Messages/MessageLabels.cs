using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>Messages and what became of them, in words.</summary>
internal static class MessageLabels
{
    /// <summary>What somebody wrote without a text, such as a photo alone.</summary>
    public const string NoText = "(no text)";

    /// <summary>Tables whose rows a page of messages shows.</summary>
    public static readonly IReadOnlyList<string> ShownTables =
    [
        Tables.Messages,
        Tables.Queue,
        Tables.Outbox,
        Tables.LettaUsers,
        Tables.PlatformProfiles,
    ];

    public static string Text(MessageState state) =>
        state switch
        {
            MessageState.Waiting => "Waiting",
            MessageState.Answered => "Answered",
            MessageState.Failed => "Failed",
            MessageState.Cancelled => "Cancelled",
            MessageState.Undelivered => "Not delivered",
            MessageState.Sent => "Sent by agent or operator",
            _ => "Kept, not queued",
        };

    /// <summary>One message's, with how far its answer is.</summary>
    public static string Text(MessageRow row) =>
        row switch
        {
            { QueueStatus: QueueStatus.Processing } => "Being answered",
            { State: MessageState.Waiting } => "Waiting",
            { Delivery: OutboxStatus.Unknown } => "Delivery unknown",
            { Delivery: OutboxStatus.Failed } => "Not delivered",
            { Delivery: OutboxStatus.Queued or OutboxStatus.Sending } => "On its way",
            { Delivery: OutboxStatus.Sent } => "Delivered",
            { State: MessageState.Sent } => "Sent",
            { State: MessageState.Kept } => "Kept",
            { QueueStatus: QueueStatus.Poison } => "Poison",
            { QueueStatus: QueueStatus.Flushed } => "Flushed",
            _ => Text(row.State),
        };

    public static Tone ToneOf(MessageRow row) =>
        row switch
        {
            { State: MessageState.Waiting } or { Delivery: OutboxStatus.Queued or OutboxStatus.Sending } => Tone.Busy,
            { State: MessageState.Failed } or { Delivery: OutboxStatus.Failed } => Tone.Bad,
            { Delivery: OutboxStatus.Unknown } => Tone.Warning,
            { State: MessageState.Answered } or { Delivery: OutboxStatus.Sent } => Tone.Good,
            _ => Tone.Neutral,
        };

    public static string Text(OutboxStatus status) =>
        status switch
        {
            OutboxStatus.Queued => "Queued",
            OutboxStatus.Sending => "Being sent",
            OutboxStatus.Sent => "Sent",
            OutboxStatus.Failed => "Failed",
            OutboxStatus.Unknown => "Attempted, unknown",
            _ => "Cancelled",
        };

    /// <summary>How far back a search came that takes long.</summary>
    public static string SearchedTo(DateTimeOffset searched) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"The newest messages were searched, back to {searched:yyyy-MM-dd HH:mm} UTC. “Older” goes on from there."
        );

    /// <summary>Who wrote it.</summary>
    public static string Writer(MessageRow row) =>
        row switch
        {
            { SentBy: { } by } => $"{by} for {row.Agent ?? "an agent"}",
            { IsOutgoing: true } => row.Agent ?? "An agent",
            _ => row.Person ?? "Somebody who is not known any more",
        };
}

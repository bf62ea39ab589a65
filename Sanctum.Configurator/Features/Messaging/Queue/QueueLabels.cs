using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>How the queue's words are shown.</summary>
internal static class QueueLabels
{
    public static string Of(QueueStatus status) =>
        status switch
        {
            QueueStatus.Pending => "Pending",
            QueueStatus.Processing => "Processing",
            QueueStatus.Done => "Done",
            QueueStatus.Failed => "Failed",
            QueueStatus.Poison => "Poison",
            QueueStatus.Cancelled => "Cancelled",
            _ => "Flushed",
        };

    public static Tone ToneOf(QueueStatus status) =>
        status switch
        {
            QueueStatus.Done => Tone.Good,
            QueueStatus.Failed or QueueStatus.Poison => Tone.Bad,
            QueueStatus.Processing => Tone.Busy,
            QueueStatus.Pending => Tone.Neutral,
            _ => Tone.Neutral,
        };

    public static string Of(QueueActKind kind) =>
        kind switch
        {
            QueueActKind.Retry => "Retry",
            QueueActKind.Edit => "Edit and retry",
            QueueActKind.Cancel => "Cancel",
            QueueActKind.Flush => "Flush",
            _ => "Move",
        };

    /// <summary>What became of them: "3 messages …".</summary>
    public static string Done(QueueActKind kind) =>
        kind switch
        {
            QueueActKind.Retry or QueueActKind.Edit => "will be given to the agent again",
            QueueActKind.Cancel => "cancelled",
            QueueActKind.Flush => "flushed",
            _ => "moved",
        };
}

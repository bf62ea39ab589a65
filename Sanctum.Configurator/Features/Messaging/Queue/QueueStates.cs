using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Where an entry of the queue may go from where it is. The one table that the engine, the acts of operators and the tests go by.</summary>
internal static class QueueStates
{
    private static readonly Dictionary<QueueStatus, QueueStatus[]> Moves = new()
    {
        [QueueStatus.Pending] = [QueueStatus.Processing, QueueStatus.Cancelled, QueueStatus.Flushed],
        [QueueStatus.Processing] = [QueueStatus.Done, QueueStatus.Failed, QueueStatus.Pending, QueueStatus.Poison, QueueStatus.Cancelled],
        [QueueStatus.Done] = [],
        [QueueStatus.Failed] = [QueueStatus.Pending, QueueStatus.Cancelled],
        [QueueStatus.Poison] = [QueueStatus.Pending, QueueStatus.Cancelled],
        [QueueStatus.Cancelled] = [QueueStatus.Pending],
        [QueueStatus.Flushed] = [QueueStatus.Pending],
    };

    /// <summary>What ended without an answer, and a person may give once more.</summary>
    public static readonly IReadOnlyList<QueueStatus> Retryable =
    [
        QueueStatus.Failed,
        QueueStatus.Poison,
        QueueStatus.Cancelled,
        QueueStatus.Flushed,
    ];

    /// <summary>What is still on its way.</summary>
    public static readonly IReadOnlyList<QueueStatus> Open = [QueueStatus.Pending, QueueStatus.Processing];

    public static bool Allows(QueueStatus from, QueueStatus to) => Moves[from].Contains(to);

    /// <summary>From where one may come here.</summary>
    public static IReadOnlyList<QueueStatus> Before(QueueStatus to) => [.. Moves.Where(move => move.Value.Contains(to)).Select(m => m.Key)];
}

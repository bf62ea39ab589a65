using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Messages of one person that an agent answers together: one, or a burst.</summary>
/// <param name="Members">Others than the first, in order.</param>
internal sealed record ClaimedTurn(QueueEntry Lead, IReadOnlyList<QueueEntry> Members)
{
    public IReadOnlyList<QueueEntry> Entries => [Lead, .. Members];
}

/// <summary>How an attempt to have them answered ended.</summary>
/// <param name="Status">What they are now; pending where they are tried again.</param>
/// <param name="Outcome">As <see cref="QueueAttempt.Outcome"/> has it.</param>
/// <param name="Failure">In a sentence; null where it went well.</param>
internal sealed record TurnEnd(QueueStatus Status, string Outcome, string? Answer = null, string? Failure = null)
{
    public string? RunId { get; init; }

    /// <summary>They are not tried again before.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Letta is to take the message for a new one where it is given again.</summary>
    public bool IsForgotten { get; init; }

    /// <summary>As every database takes it.</summary>
    public TurnEnd Storable() => this with { Answer = WholeText.OrNull(Answer), Failure = WholeText.OrNull(Failure) };

    public static TurnEnd Done(string answer) => new(QueueStatus.Done, "done", answer);

    public static TurnEnd Failed(string why) => new(QueueStatus.Failed, "failed", Failure: why);

    public static TurnEnd Cancelled(string why) => new(QueueStatus.Cancelled, "cancelled", Failure: why);
}

/// <summary>Entries of the queue, or what counts for them, are not as they were.</summary>
/// <param name="IsWork">There may be something for the engine to begin.</param>
public sealed record QueueChanged(bool IsWork = true);

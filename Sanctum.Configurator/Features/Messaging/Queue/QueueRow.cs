using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>One entry of the queue in a list.</summary>
/// <param name="Person">As they are called; null where nobody knows them any more.</param>
/// <param name="Text">The beginning of what was written.</param>
/// <param name="TurnId">The entry with which it is answered together.</param>
/// <param name="Held">Why it waits though its agent is free; null where nothing holds it.</param>
public sealed record QueueRow(
    int Id,
    QueueStatus Status,
    int? AgentId,
    string? Agent,
    int? PersonId,
    string? Person,
    string? Platform,
    int? MessageId,
    string? Text,
    int Attempts,
    DateTimeOffset? QueuedAt,
    DateTimeOffset? NotBefore,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    int? TurnId,
    bool IsCancelRequested,
    string? Failure,
    string? Cause,
    string? Held
);

/// <summary>One attempt, as the entry's page lists it.</summary>
public sealed record AttemptRow(
    int Number,
    string? Node,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string Outcome,
    string? Failure,
    string? RunId,
    string? Excerpt
);

/// <summary>One entry with all that is known of it.</summary>
/// <param name="Text">All that was written.</param>
/// <param name="CorrelationId">By which the lines of its last attempt are found in the logs.</param>
/// <param name="EditedFrom">The message whose text was mended.</param>
/// <param name="Together">The entries that are answered with it.</param>
public sealed record QueueEntryView(
    QueueRow Entry,
    string? Text,
    string? Answer,
    string? RunId,
    string? CorrelationId,
    int? EditedFrom,
    IReadOnlyList<int> Together,
    IReadOnlyList<AttemptRow> Attempts
);

/// <summary>How the queue is doing.</summary>
/// <param name="Counts">Entries by status.</param>
/// <param name="OldestPending">When the entry came that has waited longest.</param>
/// <param name="Minutes">Of each of the last 60 minutes, the oldest first: what came, was done and failed.</param>
/// <param name="Paused">How many pauses there are.</param>
public sealed record QueueState(
    IReadOnlyDictionary<QueueStatus, int> Counts,
    DateTimeOffset? OldestPending,
    IReadOnlyList<QueueMinute> Minutes,
    int Paused
);

/// <summary>One minute of the queue.</summary>
public sealed record QueueMinute(DateTimeOffset At, int Came, int Done, int Failed);

/// <summary>Failures of one cause.</summary>
/// <param name="Rule">The version of the rule by which the cause was found.</param>
public sealed record FailureGroup(string Cause, int Rule, int Count, DateTimeOffset? First, DateTimeOffset? Last, string? Example);

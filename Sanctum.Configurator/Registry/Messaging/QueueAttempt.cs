namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>One attempt to have a message answered.</summary>
public sealed class QueueAttempt
{
    public long Id { get; private set; }
    public required int QueueId { get; init; }

    /// <summary>1 for the first.</summary>
    public required int Number { get; init; }

    /// <summary>The console that made it.</summary>
    public string? Node { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>"done", "failed", "lost", "cancelled" or "unknown".</summary>
    public required string Outcome { get; init; }
    public string? Failure { get; init; }
    public string? Cause { get; init; }
    public string? RunId { get; init; }

    /// <summary>The beginning of what the agent answered.</summary>
    public string? Excerpt { get; init; }
}

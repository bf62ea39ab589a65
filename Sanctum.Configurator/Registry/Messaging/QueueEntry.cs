namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>One message on its way to its agent. What its latest attempt said is its headline.</summary>
public sealed class QueueEntry
{
    public int Id { get; internal set; }
    public int? LettaUserId { get; set; }
    public int? MessageId { get; set; }
    public QueueStatus Status { get; set; }
    public int AttemptCount { get; set; }

    /// <summary>When it came.</summary>
    public DateTimeOffset? Timestamp { get; init; }
    public int? AgentId { get; set; }
    public int? ChannelId { get; init; }
    public string? Platform { get; init; }

    /// <summary>It is not processed before.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>It goes before others, and beside what runs: a command such as /stop.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>The id by which Letta knows the message again; the same in every attempt.</summary>
    public string? ClientId { get; set; }

    /// <summary>The console that processes it: another word at each of its starts.</summary>
    public string? Owner { get; set; }

    /// <summary>When others may take it over, unless its owner answers.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }
    public bool IsCancelRequested { get; set; }

    /// <summary>The entry in whose turn this one is answered too: messages of a burst are one turn.</summary>
    public int? TurnId { get; set; }

    /// <summary>How often the console that processed it ended with it.</summary>
    public int Crashes { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why it failed, in a sentence, and what is alike of it in all that failed so.</summary>
    public string? Failure { get; set; }
    public string? Cause { get; set; }
    public int? CauseVersion { get; set; }

    /// <summary>The run at Letta.</summary>
    public string? RunId { get; set; }

    /// <summary>By which the lines that were logged meanwhile are found.</summary>
    public string? CorrelationId { get; set; }
    public int? ImportId { get; init; }
    public string? SourceKey { get; init; }
}

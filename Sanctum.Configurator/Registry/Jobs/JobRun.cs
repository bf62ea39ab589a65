namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>
/// One run of a job, or one that did not come to be. Each further try is a row of its own. It stays when the job is deleted, so it bears
/// what it was of.
/// </summary>
public sealed class JobRun
{
    public int Id { get; private set; }
    public int? JobId { get; set; }
    public required string JobName { get; init; }
    public int? ToolInstanceId { get; init; }
    public string? Action { get; init; }
    public int? AgentId { get; init; }

    /// <summary>JSON object.</summary>
    public string? Arguments { get; init; }
    public RunOutcome Outcome { get; set; }

    /// <summary>The time of the schedule; null for one that somebody asked for.</summary>
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>It is not started before.</summary>
    public DateTimeOffset? NotBefore { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>From start to end.</summary>
    public int? Milliseconds { get; set; }

    /// <summary>1 for the first try.</summary>
    public int Attempt { get; set; } = 1;
    public string? Output { get; set; }

    /// <summary>How it ended, in a sentence.</summary>
    public string? Message { get; set; }

    /// <summary>The user or key that asked for it; null for the schedule.</summary>
    public string? TriggeredBy { get; set; }

    /// <summary>By which the lines that were logged meanwhile are found.</summary>
    public string? CorrelationId { get; set; }

    /// <summary>The console that runs it: another word at each of its starts.</summary>
    public string? Owner { get; set; }

    /// <summary>When others may take it over, unless its owner answers.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }
    public bool IsCancelRequested { get; set; }
}

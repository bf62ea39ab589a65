namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>A tool instance, or an act of the console, that runs by the clock.</summary>
public sealed class ScheduledJob : IVersioned
{
    /// <summary>What a job's <see cref="Alerts"/> may name.</summary>
    public static readonly IReadOnlyList<string> AllAlerts = ["failed", "missed", "late", "slow"];

    public int Id { get; private set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public required string CronExpression { get; set; }

    /// <summary>IANA name of the zone the expression is read in.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>What it runs; null where it is an act of the console.</summary>
    public int? ToolInstanceId { get; set; }

    /// <summary>The name of the console's act that it runs; null where it is a tool instance.</summary>
    public string? Action { get; set; }

    /// <summary>JSON object: what the act is told, or what of the instance's configuration is said anew.</summary>
    public string? Arguments { get; set; }

    /// <summary>The agent that it belongs to.</summary>
    public int? AgentId { get; set; }
    public JobStatus Status { get; set; }
    public MissedRunPolicy MissedRuns { get; set; }

    /// <summary>Of the missed runs, so many of the newest are caught up with.</summary>
    public int CatchUpMost { get; set; } = 10;
    public OverlapPolicy Overlap { get; set; }
    public LostRunPolicy LostRuns { get; set; }

    /// <summary>Seconds that a run may take.</summary>
    public int TimeoutSeconds { get; set; } = 3600;

    /// <summary>How often a run that failed is tried again.</summary>
    public int Retries { get; set; }

    /// <summary>Seconds before the first further try; twice as many before each one after it.</summary>
    public int RetryAfterSeconds { get; set; } = 60;

    /// <summary>A run waits while another job is running for the same agent.</summary>
    public bool WaitsForAgent { get; set; }

    /// <summary>Until then it does not run.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>From this time of its day on until <see cref="QuietUntil"/> it does not run; null for no quiet hours.</summary>
    public TimeOnly? QuietFrom { get; set; }
    public TimeOnly? QuietUntil { get; set; }

    /// <summary>What the operator is told of: words of <see cref="AllAlerts"/> with commas between them.</summary>
    public string Alerts { get; set; } = string.Join(',', AllAlerts);

    /// <summary>Why its status is <see cref="JobStatus.Error"/>, and what to do.</summary>
    public string? Problem { get; set; }

    /// <summary>
    /// With whose rights it runs, as <see cref="Platform.Answerable"/> writes it: of who made it or changed it last. Null where another
    /// program wrote it: nobody answers for it, and it runs tools only.
    /// </summary>
    public string? RunsAs { get; set; }
    public DateTimeOffset? LastRun { get; set; }

    /// <summary>When it is due next; null where it is not known yet, as of a row that another program added.</summary>
    public DateTimeOffset? NextRun { get; set; }
    public bool IsEnabled { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

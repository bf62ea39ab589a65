namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>A tool instance that runs by the clock.</summary>
public sealed class ScheduledJob : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public required string CronExpression { get; set; }
    /// <summary>IANA name of the zone the expression is read in.</summary>
    public string TimeZone { get; set; } = "UTC";
    public int? ToolInstanceId { get; set; }
    public int? AgentId { get; set; }
    public JobStatus Status { get; set; }
    public MissedRunPolicy MissedRuns { get; set; }
    public OverlapPolicy Overlap { get; set; }
    public DateTimeOffset? LastRun { get; set; }
    public DateTimeOffset? NextRun { get; set; }
    public bool IsEnabled { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

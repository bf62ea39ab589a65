namespace Sanctum.Configurator.Registry.Jobs;

/// <summary>One run of a job. It stays when the job is deleted.</summary>
public sealed class JobRun
{
    public int Id { get; private set; }
    public int? JobId { get; set; }
    public required string JobName { get; init; }
    public RunOutcome Outcome { get; set; }
    public DateTimeOffset QueuedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public int Attempt { get; set; } = 1;
    public string? Output { get; set; }
    public string? Message { get; set; }
    public string? TriggeredBy { get; set; }
}

using System.Diagnostics;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>Rows of <c>job_runs</c> as they are begun.</summary>
internal static class JobRuns
{
    public static JobRun Of(
        ScheduledJob job, RunOutcome outcome, DateTimeOffset now, DateTimeOffset? dueAt = null, string? arguments = null, string? message = null, string? by = null) => new()
        {
            JobId = job.Id,
            JobName = job.Name,
            ToolInstanceId = job.ToolInstanceId,
            Action = job.Action,
            AgentId = job.AgentId,
            Arguments = arguments ?? job.Arguments,
            Outcome = outcome,
            DueAt = dueAt,
            QueuedAt = now,
            EndedAt = outcome == RunOutcome.Queued ? null : now,
            Message = message,
            TriggeredBy = by,
            CorrelationId = ActivityTraceId.CreateRandom().ToHexString(),
        };

    /// <summary>The same once more.</summary>
    public static JobRun Again(JobRun run, DateTimeOffset now, DateTimeOffset? notBefore) => new()
    {
        JobId = run.JobId,
        JobName = run.JobName,
        ToolInstanceId = run.ToolInstanceId,
        Action = run.Action,
        AgentId = run.AgentId,
        Arguments = run.Arguments,
        DueAt = run.DueAt,
        QueuedAt = now,
        NotBefore = notBefore,
        Attempt = run.Attempt + 1,
        TriggeredBy = run.TriggeredBy,
        CorrelationId = ActivityTraceId.CreateRandom().ToHexString(),
    };
}

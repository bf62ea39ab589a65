using System.Diagnostics;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>Rows of <c>job_runs</c> as they are begun.</summary>
internal static class JobRuns
{
    /// <summary>What a new row has, and its types on PostgreSQL.</summary>
    private static readonly (string Name, string Type)[] Columns =
    [
        ("job_id", "int"),
        ("job_name", "text"),
        ("tool_instance_id", "int"),
        ("action", "text"),
        ("agent_id", "int"),
        ("arguments", "text"),
        ("outcome", "text"),
        ("due_at", "timestamptz"),
        ("queued_at", "timestamptz"),
        ("not_before", "timestamptz"),
        ("ended_at", "timestamptz"),
        ("attempt", "int"),
        ("message", "text"),
        ("triggered_by", "text"),
        ("correlation_id", "text"),
    ];

    public static JobRun Of(
        ScheduledJob job,
        RunOutcome outcome,
        DateTimeOffset now,
        DateTimeOffset? dueAt = null,
        string? arguments = null,
        string? message = null,
        string? by = null
    ) =>
        new()
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
    public static JobRun Again(JobRun run, DateTimeOffset now, DateTimeOffset? notBefore) =>
        new()
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

    /// <summary>Adds them in one statement. Their ids are not read back.</summary>
    public static async Task AddAsync(RegistryDbContext registry, IReadOnlyCollection<JobRun> runs, CancellationToken cancel)
    {
        if (runs.Count == 0)
        {
            return;
        }

        var rows = new JsonRows(registry, Columns);
        var added = runs.Select(run => new
        {
            job_id = run.JobId,
            job_name = run.JobName,
            tool_instance_id = run.ToolInstanceId,
            action = run.Action,
            agent_id = run.AgentId,
            arguments = run.Arguments,
            outcome = EnumText<RunOutcome>.Of(run.Outcome),
            due_at = rows.Time(run.DueAt),
            queued_at = rows.Time(run.QueuedAt),
            not_before = rows.Time(run.NotBefore),
            ended_at = rows.Time(run.EndedAt),
            attempt = run.Attempt,
            message = run.Message,
            triggered_by = run.TriggeredBy,
            correlation_id = run.CorrelationId,
        });
        var values = registry.Database.IsSqlite()
            ? rows.Names
            : rows.Names.Replace("arguments", "arguments::jsonb", StringComparison.Ordinal);
        await rows.ExecuteAsync($"INSERT INTO job_runs ({rows.Names}) SELECT {values} FROM given", added, cancel);
    }
}

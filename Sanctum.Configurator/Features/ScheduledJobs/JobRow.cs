using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>How a job is, for people.</summary>
public enum JobState
{
    /// <summary>Its newest run went well, or it has not run yet.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Its newest run did not go well.</summary>
    [JsonStringEnumMemberName("failing")]
    Failing,

    [JsonStringEnumMemberName("paused")]
    Paused,

    [JsonStringEnumMemberName("disabled")]
    Disabled,

    /// <summary>It can't be scheduled.</summary>
    [JsonStringEnumMemberName("broken")]
    Broken,
}

/// <summary>A run in a sparkline.</summary>
public sealed record RunMark(int Id, RunOutcome Outcome, int? Milliseconds);

/// <summary>A job as it is listed.</summary>
/// <param name="Runs">What it runs, for people.</param>
/// <param name="Sentence">Its schedule in English; null where it can't be read.</param>
/// <param name="Recent">Its newest runs that began, the oldest of them first.</param>
public sealed record JobRow(
    int Id,
    string Name,
    string? Description,
    string CronExpression,
    string TimeZone,
    string? Sentence,
    int? ToolInstanceId,
    string? Action,
    string Runs,
    int? AgentId,
    string? AgentName,
    JobState State,
    string? Problem,
    DateTimeOffset? LastRun,
    RunOutcome? LastOutcome,
    string? LastMessage,
    DateTimeOffset? NextRun,
    DateTimeOffset? PausedUntil,
    bool IsEnabled,
    IReadOnlyList<RunMark> Recent,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    int Version
) : IHasVersion
{
    internal static IReadOnlyList<string> AlertsOf(ScheduledJob job) => [.. job.Alerts.Split(',', StringSplitOptions.RemoveEmptyEntries)];

    internal static string? SentenceOf(ScheduledJob job) => CronSchedule.Read(job.CronExpression, job.TimeZone, out _)?.Sentence;

    internal static JobState StateOf(ScheduledJob job, RunOutcome? last, DateTimeOffset now) =>
        !job.IsEnabled ? JobState.Disabled
        : job.Status == JobStatus.Error ? JobState.Broken
        : job.Status == JobStatus.Paused || job.PausedUntil > now ? JobState.Paused
        : last switch
        {
            RunOutcome.Running => JobState.Running,
            RunOutcome.Failed or RunOutcome.TimedOut or RunOutcome.Lost => JobState.Failing,
            _ => JobState.Ok,
        };
}

/// <summary>A job with all of its rules.</summary>
/// <param name="Form">What can be changed of it.</param>
public sealed record JobView(JobRow Job, JobForm Form, JobStatistics Statistics) : IHasVersion
{
    int IHasVersion.Version => Job.Version;
}

/// <summary>Of a job's runs that began, over all of its history.</summary>
/// <param name="Succeeded">Of those that ended by themselves, in percent; null where none has.</param>
/// <param name="MedianMilliseconds">Of the newest thousand that went well; null where none did.</param>
/// <param name="P95Milliseconds">Likewise: all but a twentieth took less.</param>
public sealed record JobStatistics(int Runs, int Failed, int Missed, double? Succeeded, int? MedianMilliseconds, int? P95Milliseconds);

/// <summary>Which jobs are wanted; null for all.</summary>
public sealed record JobFilter(int? AgentId = null, JobState? State = null);

/// <summary>Something that a job can run.</summary>
/// <param name="ToolInstanceId">Null for an act of the console.</param>
/// <param name="Schema">JSON Schema of what it can be told; null for nothing.</param>
public sealed record Runnable(int? ToolInstanceId, string? Action, string Name, string? Description, string? Schema = null);

/// <summary>An agent that a job belongs to, or could.</summary>
public sealed record JobAgent(int Id, string Name);

using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>A job as it is added or changed.</summary>
public sealed class JobForm : IValidatableObject
{
    /// <summary>Null for a new one.</summary>
    [JsonIgnore]
    public int? Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    [StringLength(4000, ErrorMessage = "A description has at most 4000 characters.")]
    public string? Description { get; set; }

    /// <summary>Minute, hour, day of month, month, day of week; names, @daily and the like, L, W and # too.</summary>
    [Required(ErrorMessage = "Enter a schedule, such as 0 3 * * *.")]
    [TextLimit(Lengths.Name)]
    public string CronExpression { get; set; } = "";

    /// <summary>IANA name of the zone the expression is read in.</summary>
    [Required(ErrorMessage = "Choose a time zone, such as Europe/Berlin.")]
    [TextLimit(Lengths.Name)]
    public string TimeZone { get; set; } = "UTC";

    /// <summary>What it runs: this, or an <see cref="Action"/> of the console.</summary>
    public int? ToolInstanceId { get; set; }

    [TextLimit(Lengths.Name)]
    public string? Action { get; set; }

    /// <summary>What the act is told, or what of the instance's configuration is said anew.</summary>
    [TextLimit(Lengths.Document)]
    public JsonObject? Arguments { get; set; }

    /// <summary>The agent that it belongs to.</summary>
    public int? AgentId { get; set; }

    [EnumDataType(typeof(MissedRunPolicy), ErrorMessage = "Choose one of skip, run_once and catch_up.")]
    public MissedRunPolicy MissedRuns { get; set; }

    [Range(1, 100, ErrorMessage = "Enter a number of runs from 1 to 100.")]
    public int CatchUpMost { get; set; } = 10;

    [EnumDataType(typeof(OverlapPolicy), ErrorMessage = "Choose one of skip, queue, allow and cancel_old.")]
    public OverlapPolicy Overlap { get; set; }

    [EnumDataType(typeof(LostRunPolicy), ErrorMessage = "Choose one of mark_lost and run_again.")]
    public LostRunPolicy LostRuns { get; set; }

    [Range(1, 86_400, ErrorMessage = "Enter a time from 1 second to a day (86,400 seconds).")]
    public int TimeoutSeconds { get; set; } = 3600;

    [Range(0, 10, ErrorMessage = "Enter a number from 0 to 10.")]
    public int Retries { get; set; }

    [Range(1, 86_400, ErrorMessage = "Enter a time from 1 second to a day (86,400 seconds).")]
    public int RetryAfterSeconds { get; set; } = 60;

    public bool WaitsForAgent { get; set; }

    /// <summary>Until then it does not run; null to run now.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>From this time of its own day on until <see cref="QuietUntil"/> it does not run; both or neither.</summary>
    public TimeOnly? QuietFrom { get; set; }

    public TimeOnly? QuietUntil { get; set; }

    /// <summary>What the operator is told of: failed, missed, late, slow.</summary>
    [TextLimit(Lengths.Name)]
    public IReadOnlyList<string> Alerts { get; set; } = ScheduledJob.AllAlerts;

    public bool IsEnabled { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CronSchedule.Read(CronExpression, TimeZone, out var fault) is null)
        {
            yield return new(fault!.Message, [fault.Field == CronFault.TimeZone ? nameof(TimeZone) : nameof(CronExpression)]);
        }

        if (ToolInstanceId is null == string.IsNullOrWhiteSpace(Action))
        {
            yield return new("Choose a tool instance or a built-in task.", [nameof(ToolInstanceId)]);
        }

        if (QuietFrom is null != QuietUntil is null)
        {
            yield return new(QuietHours.BothOrNeither, [QuietFrom is null ? nameof(QuietFrom) : nameof(QuietUntil)]);
        }

        if (Alerts.Except(ScheduledJob.AllAlerts).FirstOrDefault() is { } unknown)
        {
            yield return new($"Unknown alert {unknown}. Allowed: {string.Join(", ", ScheduledJob.AllAlerts)}.", [nameof(Alerts)]);
        }
    }

    internal static JobForm Of(ScheduledJob job) =>
        new()
        {
            Id = job.Id,
            Version = job.Version,
            Name = job.Name,
            Description = job.Description,
            CronExpression = job.CronExpression,
            TimeZone = job.TimeZone,
            ToolInstanceId = job.ToolInstanceId,
            Action = job.Action,
            Arguments = JsonText.FindObject(job.Arguments),
            AgentId = job.AgentId,
            MissedRuns = job.MissedRuns,
            CatchUpMost = job.CatchUpMost,
            Overlap = job.Overlap,
            LostRuns = job.LostRuns,
            TimeoutSeconds = job.TimeoutSeconds,
            Retries = job.Retries,
            RetryAfterSeconds = job.RetryAfterSeconds,
            WaitsForAgent = job.WaitsForAgent,
            PausedUntil = job.PausedUntil,
            QuietFrom = job.QuietFrom,
            QuietUntil = job.QuietUntil,
            Alerts = JobRow.AlertsOf(job),
            IsEnabled = job.IsEnabled,
        };

    internal void WriteTo(ScheduledJob job)
    {
        (job.Name, job.Description) = (Name.Trim(), string.IsNullOrWhiteSpace(Description) ? null : Description.Trim());
        (job.CronExpression, job.TimeZone) = (CronExpression.Trim(), TimeZone.Trim());
        (job.ToolInstanceId, job.Action, job.AgentId) = (ToolInstanceId, ToolInstanceId is null ? Action!.Trim() : null, AgentId);
        job.Arguments = Arguments is { Count: > 0 } ? Arguments.ToJsonString() : null;
        (job.MissedRuns, job.CatchUpMost, job.Overlap, job.LostRuns) = (MissedRuns, CatchUpMost, Overlap, LostRuns);
        (job.TimeoutSeconds, job.Retries, job.RetryAfterSeconds, job.WaitsForAgent) = (
            TimeoutSeconds,
            Retries,
            RetryAfterSeconds,
            WaitsForAgent
        );
        (job.PausedUntil, job.QuietFrom, job.QuietUntil) = (PausedUntil, QuietFrom, QuietUntil);
        (job.Alerts, job.IsEnabled) = (string.Join(',', Alerts.Distinct()), IsEnabled);
    }
}

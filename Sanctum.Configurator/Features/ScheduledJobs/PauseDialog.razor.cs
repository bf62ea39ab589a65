using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Pauses a job until a moment, or until it is resumed.</summary>
public sealed partial class PauseDialog
{
    [Parameter, EditorRequired]
    public required JobRow Job { get; set; }

    [Inject]
    public required JobService Jobs { get; init; }

    internal static Dictionary<string, object?> For(JobRow job) => new() { [nameof(Job)] = job };

    protected override string Thing => "job";

    protected override async Task<Outcome<JobRow>> SaveAsync()
    {
        var (until, problem) = ZonedTime.Read(Form.Until, Job.TimeZone);
        return problem is null
            ? await Jobs.PauseAsync(Job.Id, until, null, CancellationToken.None)
            : new Outcome<JobRow>.Invalid("until", problem);
    }

    protected override object Answer(JobRow saved) => $"{Job.Name} is paused.";

    protected override void Refuse(IReadOnlyDictionary<string, string> reasons) =>
        base.Refuse(reasons.ToDictionary(reason => reason.Key == "until" ? nameof(Form.Until) : reason.Key, reason => reason.Value));

    public sealed class Moment
    {
        public string? Until { get; set; }
    }
}

using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>What is due within a day or a week: a lane for each job, drawn on the server, and the same as a table.</summary>
public sealed partial class ComingUp
{
    private const double W = 600;
    private const int Parts = 4;
    private const int MostListed = 200;
    private const string Calendar = "calendar";

    private static readonly (string Text, string? Span)[] Spans = [("24 hours", null), ("7 days", "week"), ("Calendar", Calendar)];

    /// <summary>Time passes, whether or not something changes.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(1);

    private ComingJobs? _coming;

    /// <summary>"week", "calendar", or a day.</summary>
    [Parameter]
    public string? Span { get; set; }

    [Inject]
    public required JobCalendar Jobs { get; init; }

    protected override object? LoadKey => Span;

    protected override void OnInitialized()
    {
        var watch = WatchRuns();
        Hold(Clock.CreateTimer(_ => watch.Ask(), null, Often, Often));
    }

    protected override async Task ReadAsync(CancellationToken cancel) =>
        _coming = await Jobs.ReadAsync(Span is null ? TimeSpan.FromDays(1) : JobCalendar.Longest, cancel);

    private void Choose(string? span) => Navigation.Show("span", span);

    private static string Summary(ComingJobs coming) =>
        $"{Counts.Of(coming.Jobs.Count, "job")} due{(coming.JobsLeftOut > 0 ? $", and {coming.JobsLeftOut.ToString(CultureInfo.InvariantCulture)} more later" : "")}";

    private static string Times(ComingJob job) =>
        job.IsCut ? $"more than {job.Times.Count.ToString(CultureInfo.InvariantCulture)} times"
        : job.Times.Count == 1 ? "once"
        : Counts.Of(job.Times.Count, "time");

    private static DateTimeOffset Local(DateTimeOffset at, ComingJob job) =>
        TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(job.TimeZone));

    private static IEnumerable<(DateTimeOffset At, ComingJob Job)> Listed(ComingJobs coming) =>
        coming.Jobs.SelectMany(job => job.Times.Select(at => (At: at, Job: job))).OrderBy(time => time.At).Take(MostListed);

    private double X(DateTimeOffset at) => _coming is { } coming ? (at - coming.From) / (coming.Until - coming.From) * W : 0;

    /// <summary>One path for a lane, and one mark for all that fall on the same place.</summary>
    private string Marks(ComingJob job)
    {
        var path = new StringBuilder();
        foreach (var x in job.Times.Select(at => Math.Round(X(at) * 2) / 2).Distinct())
        {
            path.Append(CultureInfo.InvariantCulture, $"M{x} 5v14");
        }

        return path.ToString();
    }
}

using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>How jobs and their runs are said to people.</summary>
internal static class JobLabels
{
    public const string GoneWithIt = "Queued runs are cancelled. Former runs stay in the list of runs, and the job stays in the history.";

    public static readonly IReadOnlyList<Choice<MissedRunPolicy>> Missed =
    [
        new(MissedRunPolicy.Skip, "Skip them"),
        new(MissedRunPolicy.RunOnce, "Run once for all of them"),
        new(MissedRunPolicy.CatchUp, "Run each of them"),
    ];

    public static readonly IReadOnlyList<Choice<OverlapPolicy>> Overlap =
    [
        new(OverlapPolicy.Skip, "Skip the new run"),
        new(OverlapPolicy.Queue, "Run it afterwards"),
        new(OverlapPolicy.Allow, "Run both"),
        new(OverlapPolicy.CancelOld, "Cancel the previous run"),
    ];

    public static readonly IReadOnlyList<Choice<LostRunPolicy>> Lost =
    [
        new(LostRunPolicy.MarkLost, "Mark it as abandoned"),
        new(LostRunPolicy.RunAgain, "Run it again"),
    ];

    public static string NameOf<T>(IReadOnlyList<Choice<T>> choices, T value) => choices.First(choice => Equals(choice.Value, value)).Text;

    public static string AlertHelp(string alert) =>
        alert switch
        {
            "failed" => "The last attempt failed or was abandoned.",
            "missed" => "A run was due while no console was running.",
            "late" => "A run started at least five minutes late.",
            _ => "A run took twice as long as usual.",
        };

    public static Tone ToneOf(JobState state) =>
        state switch
        {
            JobState.Ok => Tone.Good,
            JobState.Running => Tone.Busy,
            JobState.Failing or JobState.Broken => Tone.Bad,
            JobState.Paused => Tone.Warning,
            _ => Tone.Neutral,
        };

    public static string Of(JobState state) =>
        state switch
        {
            JobState.Ok => "OK",
            var other => other.ToString(),
        };

    public static Tone ToneOf(RunOutcome outcome) =>
        outcome switch
        {
            RunOutcome.Succeeded => Tone.Good,
            RunOutcome.Running => Tone.Busy,
            RunOutcome.Failed or RunOutcome.TimedOut or RunOutcome.Lost => Tone.Bad,
            RunOutcome.Missed => Tone.Warning,
            _ => Tone.Neutral,
        };

    public static string Of(RunOutcome outcome) =>
        outcome switch
        {
            RunOutcome.TimedOut => "Timed out",
            var other => other.ToString(),
        };

    /// <summary>Such as "420 ms", "3.2 s", "4 min 10 s" or "2 h 5 min".</summary>
    public static string Duration(int milliseconds) =>
        TimeSpan.FromMilliseconds(milliseconds) switch
        {
            { TotalMilliseconds: < 1000 } => string.Create(CultureInfo.InvariantCulture, $"{milliseconds} ms"),
            { TotalSeconds: < 60 } span => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalSeconds * 10) / 10:0.#} s"),
            { TotalMinutes: < 60 } span => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
            var span => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
        };

    public static string Duration(int? milliseconds, string none) => milliseconds is { } some ? Duration(some) : none;

    /// <summary>A moment by the clock of a zone, such as "Sun 25 Oct 2026, 02:30".</summary>
    public static string Clock(DateTimeOffset local) => local.ToString("ddd d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);
}

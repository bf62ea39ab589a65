using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Features.Messaging.Broca.Instances;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.Messaging.Broca;

/// <summary>Words and tones of the page.</summary>
internal static class BrocaLook
{
    public static string TitleOf(BrocaRun run) =>
        run.State switch
        {
            RunOutcome.Succeeded => "imported",
            RunOutcome.Cancelled => "stopped",
            RunOutcome.Lost => "interrupted",
            _ => "failed",
        };

    public static double? ValueOf(BrocaProgress? progress) => progress is { Total: > 0 } ? (double)progress.Done / progress.Total : null;

    public static string? TextOf(BrocaProgress? progress) =>
        progress is { Total: > 0 } ? string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} of {progress.Total:N0}") : null;

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Entries(long count) => count == 1 ? "1 entry" : $"{Number(count)} entries";

    public static string StateOf(BrocaState state) =>
        state switch
        {
            BrocaState.Running => "Running",
            BrocaState.Stopped => "Stopped",
            BrocaState.Stale => "Not running, stale pid",
            _ => "Unknown",
        };

    public static Tone ToneOf(BrocaState state) =>
        state switch
        {
            BrocaState.Running => Tone.Good,
            BrocaState.Stale => Tone.Warning,
            _ => Tone.Neutral,
        };

    public static Tone ToneOf(BrocaSeverity severity) =>
        severity switch
        {
            BrocaSeverity.Error => Tone.Bad,
            BrocaSeverity.Warning => Tone.Warning,
            _ => Tone.Neutral,
        };

    /// <summary>The counts in the order of an entry's life, then what else there is.</summary>
    public static string CountsOf(BrocaQueueState queue)
    {
        string[] order = ["pending", "processing", "failed", "completed", "done", "flushed"];
        var counts = queue.Counts.OrderBy(count => Array.IndexOf(order, count.Key) is >= 0 and var at ? at : order.Length);
        return queue.Counts.Count == 0
            ? "Empty"
            : string.Join(", ", counts.Select(count => $"{Number(count.Value)} {(count.Key.Length > 0 ? count.Key : "without status")}"));
    }
}

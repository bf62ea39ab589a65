using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>How alerts are said to people.</summary>
internal static class AlertLabels
{
    private static readonly int[] Usual = [60, 5 * 60, 15 * 60, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600];

    public static readonly IReadOnlyList<Choice<NoticeLevel>> Levels =
    [
        new(NoticeLevel.Info, "Info"),
        new(NoticeLevel.Warning, "Warning"),
        new(NoticeLevel.Error, "Error"),
    ];

    /// <summary>The usual windows, and the one that is chosen.</summary>
    public static IReadOnlyList<Choice<int>> Windows(int chosen) =>
        [.. Usual.Append(chosen).Distinct().Order().Select(seconds => new Choice<int>(seconds, Window(seconds)))];

    /// <summary>Such as "5 minutes", in the largest unit that has no remainder.</summary>
    public static string Window(int seconds)
    {
        var (size, unit) = seconds switch
        {
            _ when seconds % 86_400 == 0 => (86_400, "day"),
            _ when seconds % 3_600 == 0 => (3_600, "hour"),
            _ when seconds % 60 == 0 => (60, "minute"),
            _ => (1, "second"),
        };
        var count = seconds / size;
        return string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")}");
    }

    public static (Tone Tone, string Text) StateOf(AlertRow alert) =>
        alert.State switch
        {
            AlertState.Raised => (alert.Level == NoticeLevel.Error ? Tone.Bad : Tone.Warning, "Raised"),
            AlertState.Failing => (Tone.Bad, "Can't be checked"),
            AlertState.Off => (Tone.Neutral, "Off"),
            AlertState.New => (Tone.Busy, "Not checked yet"),
            _ => (Tone.Good, "Quiet"),
        };

    /// <summary>What the last check found beside what raises it.</summary>
    public static string Count(AlertRow alert) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(alert.LastCount is { } count ? $"{count:#,0} of" : "Raised by")} {alert.Threshold:#,0} in {Window(alert.WindowSeconds)}"
        );

    /// <summary>What the preview found, as a sentence.</summary>
    public static string Preview(AlertPreview preview) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"In the last 24 h this would {Raised(preview)}{(preview.IsRaised ? ", and it would be raised now" : "")}."
        );

    private static string Raised(AlertPreview preview) =>
        preview.Times switch
        {
            0 when preview.IsWhole => "not have been raised",
            0 => "not have been raised by the lines that were counted",
            1 => $"have been raised {(preview.IsWhole ? "" : "at least ")}once",
            2 => $"have been raised {(preview.IsWhole ? "" : "at least ")}twice",
            var times => string.Create(
                CultureInfo.InvariantCulture,
                $"have been raised {(preview.IsWhole ? "" : "at least ")}{times} times"
            ),
        };
}

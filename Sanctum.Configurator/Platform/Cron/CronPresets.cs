namespace Sanctum.Configurator.Platform.Cron;

/// <summary>An expression that is offered to start from.</summary>
public sealed record CronPreset(string Expression, string Text);

public static class CronPresets
{
    public static IReadOnlyList<CronPreset> All { get; } =
    [
        new("* * * * *", "Every minute"),
        new("*/5 * * * *", "Every 5 minutes"),
        new("*/15 * * * *", "Every 15 minutes"),
        new("0 * * * *", "Every hour"),
        new("0 */6 * * *", "Every 6 hours"),
        new("0 3 * * *", "Daily at 03:00"),
        new("0 9 * * 1-5", "Weekdays at 09:00"),
        new("0 9 * * 1", "Mondays at 09:00"),
        new("0 4 * * 0", "Sundays at 04:00"),
        new("0 6 1 * *", "First of the month at 06:00"),
        new("0 18 L * *", "Last of the month at 18:00"),
        new("0 7 1 1,4,7,10 *", "First of the quarter at 07:00"),
    ];
}

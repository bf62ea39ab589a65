using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>What an alert tells the operator.</summary>
internal static class AlertNotices
{
    /// <summary>A longer address is no link that a channel could send.</summary>
    private const int LongestLink = 1000;

    private const int LongestName = 200;

    /// <summary>What a raised alert is known by until it is over.</summary>
    public static string KeyOf(int alert) => string.Create(CultureInfo.InvariantCulture, $"log-alert:{alert}");

    /// <summary>What an alert that can't be checked is known by until it can.</summary>
    public static string FailingKeyOf(int alert) => $"{KeyOf(alert)}:check";

    /// <param name="since">When it was raised: the link leads to what was counted then, and to what came after.</param>
    public static Notice Raised(Alert alert, long count, bool isWhole, DateTimeOffset since) =>
        new(alert.Level, NoticeSources.Logs, Name(alert))
        {
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"{Lines(count)}{(isWhole ? "" : " or more")} in {AlertLabels.Window(alert.WindowSeconds)}; {alert.Threshold:#,0} raise{(alert.Threshold == 1 ? "s" : "")} the alert. Check the lines or change the alert."
            ),
            Link = LinkOf(alert, since),
            GroupKey = KeyOf(alert.Id),
            IsLasting = true,
        };

    public static Notice Test(Alert alert, DateTimeOffset now) =>
        new(alert.Level, NoticeSources.Logs, $"Test: {Name(alert)}")
        {
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"This is what the alert looks like when there are {Lines(alert.Threshold)} or more in {AlertLabels.Window(alert.WindowSeconds)}."
            ),
            Link = LinkOf(alert, now),
        };

    public static Notice Failing(Alert alert, string problem) =>
        new(NoticeLevel.Warning, NoticeSources.Logs, $"The alert {Name(alert)} can't be checked")
        {
            Message = problem,
            Link = Urls.LogAlerts,
            GroupKey = FailingKeyOf(alert.Id),
            IsLasting = true,
        };

    private static string Lines(long count) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} line{(count == 1 ? "" : "s")}");

    private static string Name(Alert alert) => alert.Name.Length <= LongestName ? alert.Name : $"{alert.Name[..LongestName]}…";

    private static string LinkOf(Alert alert, DateTimeOffset since) =>
        Urls.LogsSince(alert.Query, since.AddSeconds(-alert.WindowSeconds)) is { Length: <= LongestLink } link ? link : Urls.LogAlerts;
}

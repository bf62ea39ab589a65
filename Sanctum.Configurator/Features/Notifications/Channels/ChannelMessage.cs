using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>One notification as it leaves, as it is when it does.</summary>
/// <param name="DeliveryId">The same each time it is tried, so that who gets it twice can tell; 0 for a test.</param>
/// <param name="Link">The page it is about; an address where the console knows its own, else a path.</param>
internal sealed record OutgoingNotice(
    int DeliveryId,
    DeliveryEvent Event,
    NoticeLevel Level,
    string Title,
    string? Message,
    string? Source,
    string? Link,
    int Occurrences,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    DateTimeOffset? ResolvedAt
)
{
    /// <summary>The title, how often it happened and whether it is over, in one line.</summary>
    public string Line()
    {
        var text = new StringBuilder(ResolvedAt is null ? "" : "Resolved: ").Append(Title);
        if (Occurrences > 1)
        {
            text.Append(CultureInfo.InvariantCulture, $" ({Occurrences} times since {FirstAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC)");
        }

        return text.ToString();
    }
}

/// <summary>What is sent by a channel at once: one notification, or all that had to wait.</summary>
internal sealed record ChannelMessage(DateTimeOffset SentAt, bool IsTest, IReadOnlyList<OutgoingNotice> Notifications)
{
    /// <summary>The worst level of what is not over.</summary>
    public NoticeLevel Level => Notifications.Where(n => n.ResolvedAt is null).Select(n => n.Level).DefaultIfEmpty(NoticeLevel.Info).Max();

    public bool IsOver => Notifications.All(n => n.ResolvedAt is not null);

    public string Title =>
        Notifications is [var one]
            ? one.Line()
            : string.Create(CultureInfo.InvariantCulture, $"{Notifications.Count} notifications from Sanctum");

    /// <summary>Everything but the title of a single one, as plain text.</summary>
    public string Body()
    {
        var text = new StringBuilder();
        foreach (var notice in Notifications)
        {
            if (Notifications.Count > 1)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{notice.FirstAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {notice.Level.ToString().ToLowerInvariant()}: {notice.Line()}\n"
                );
            }

            text.Append(notice.Message is { Length: > 0 } message ? $"{message}\n" : "");
            text.Append(notice.Link is { Length: > 0 } link ? $"{link}\n" : "");
            text.Append(Notifications.Count > 1 ? "\n" : "");
        }

        return text.Length > 0 ? text.ToString().TrimEnd() : "No further details.";
    }

    /// <summary>What is sent to try a channel.</summary>
    public static ChannelMessage Test(DateTimeOffset now, string? link) =>
        new(
            now,
            true,
            [
                new(
                    0,
                    DeliveryEvent.Raised,
                    NoticeLevel.Info,
                    "Test from Sanctum",
                    "This is a test. The channel works.",
                    NoticeSources.Notifications,
                    link,
                    1,
                    now,
                    now,
                    null
                ),
            ]
        );
}

/// <summary>Whether a message arrived.</summary>
/// <param name="Ok">The receiver took it.</param>
/// <param name="Message">What it said, or what went wrong and what to do.</param>
/// <param name="Status">The number it answered with, of HTTP or SMTP.</param>
/// <param name="IsFinal">Trying again would not help.</param>
public sealed record SendVerdict(bool Ok, string Message, int? Status = null, bool IsFinal = false)
{
    /// <summary>How long the receiver asks to be left alone; null where it does not ask.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>It may be for what was sent that it was refused, and another message may be taken.</summary>
    [JsonIgnore]
    public bool MayBeTheContent { get; init; }

    /// <summary>It arrived, but not with everybody: the message says with whom not.</summary>
    [JsonIgnore]
    public bool IsPartial { get; init; }

    /// <summary>It was not tried, for want of time; it is tried next.</summary>
    [JsonIgnore]
    public bool IsUntried { get; init; }
}

/// <summary>What became of some of the notifications that were to be sent.</summary>
internal sealed record SendEnd(IReadOnlyList<OutgoingNotice> Notices, SendVerdict Verdict);

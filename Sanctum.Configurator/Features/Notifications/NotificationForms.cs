using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>Which notifications are asked for.</summary>
public enum NotificationScope
{
    All,
    Unread,

    /// <summary>Lasting ones that are not over.</summary>
    Open,
    Resolved,
}

/// <summary>A part of the notifications.</summary>
/// <param name="Least">The least level; null for all.</param>
/// <param name="Source">Null for all.</param>
public sealed record NotificationFilter(NotificationScope Scope = NotificationScope.All, NoticeLevel? Least = null, string? Source = null);

/// <summary>A notification as it is listed.</summary>
/// <param name="FirstAt">When it happened first.</param>
/// <param name="LastAt">When it happened last.</param>
/// <param name="ReadAt">When somebody read it: for everybody.</param>
/// <param name="ResolvedAt">When it was over; null where it is not, or never can be.</param>
public sealed record NotificationRow(
    int Id,
    NoticeLevel Level,
    string Title,
    string? Message,
    string? Source,
    string? Link,
    bool IsLasting,
    int Occurrences,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    DateTimeOffset? ReadAt,
    string? ReadBy,
    DateTimeOffset? ResolvedAt
)
{
    internal static NotificationRow Of(Notification n) =>
        new(
            n.Id,
            n.Level,
            n.Title,
            n.Message,
            n.Source,
            Links.Safe(n.Link),
            n.IsLasting,
            n.Occurrences,
            n.CreatedAt,
            n.LastAt ?? n.CreatedAt,
            n.ReadAt,
            n.ReadBy,
            n.ResolvedAt
        );
}

/// <summary>A notification with where it was sent.</summary>
public sealed record NotificationView(NotificationRow Notification, IReadOnlyList<DeliveryRow> Deliveries);

/// <summary>A delivery by a channel.</summary>
/// <param name="IsHeld">It waits for the end of the channel's quiet hours.</param>
/// <param name="DueAt">When it is tried next; null where it is not.</param>
public sealed record DeliveryRow(
    int Id,
    string Channel,
    DeliveryEvent Event,
    DeliveryState State,
    int Attempts,
    bool IsHeld,
    DateTimeOffset? DueAt,
    int? Status,
    string? Failure,
    DateTimeOffset? EndedAt
);

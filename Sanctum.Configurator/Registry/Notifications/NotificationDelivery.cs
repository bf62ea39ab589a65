using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Notifications;

/// <summary>
/// A notification on its way out by a channel. It is written with the notification, so that a console that is killed sends it later.
/// </summary>
public sealed class NotificationDelivery
{
    public int Id { get; private set; }
    public int NotificationId { get; init; }
    public int ChannelId { get; init; }
    public DeliveryEvent Event { get; init; }
    public DeliveryState State { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>It waits for the end of the channel's quiet hours.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Who is sending it, until <see cref="ClaimedUntil"/>; somebody who takes longer is taken for dead.</summary>
    public Guid? ClaimedBy { get; set; }
    public DateTimeOffset? ClaimedUntil { get; set; }

    /// <summary>The number that the receiver answered with, of HTTP or SMTP.</summary>
    public int? Status { get; set; }

    /// <summary>Why it failed, the last time it was tried; null where it did not.</summary>
    public string? Failure { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it arrived, or was given up.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>What a delivery tells.</summary>
public enum DeliveryEvent
{
    [JsonStringEnumMemberName("raised")]
    Raised,

    [JsonStringEnumMemberName("resolved")]
    Resolved,
}

/// <summary>How far a delivery is.</summary>
public enum DeliveryState
{
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("delivered")]
    Delivered,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

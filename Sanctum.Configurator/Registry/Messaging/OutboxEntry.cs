using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>One piece of an answer on its way to the person.</summary>
public sealed class OutboxEntry
{
    public int Id { get; private set; }
    public int? MessageId { get; init; }
    public int? QueueId { get; init; }
    public int? LettaUserId { get; set; }
    public required int ChannelId { get; init; }

    /// <summary>Where on the platform it goes.</summary>
    public required string Chat { get; init; }

    /// <summary>1 for the first piece of a long answer.</summary>
    public int Part { get; init; } = 1;
    public required string Text { get; set; }
    public OutboxStatus Status { get; set; }
    public int AttemptCount { get; set; }
    public DateTimeOffset QueuedAt { get; init; }
    public DateTimeOffset? NotBefore { get; set; }
    public string? Owner { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Its id on the platform.</summary>
    public string? ExternalId { get; set; }
    public string? Failure { get; set; }
}

/// <summary>How far it is.</summary>
public enum OutboxStatus
{
    [JsonStringEnumMemberName("queued")]
    Queued,

    [JsonStringEnumMemberName("sending")]
    Sending,

    [JsonStringEnumMemberName("sent")]
    Sent,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It was attempted, and whether it arrived is not known: a person decides.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

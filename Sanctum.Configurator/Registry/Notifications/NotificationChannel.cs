namespace Sanctum.Configurator.Registry.Notifications;

/// <summary>A way by which notifications leave the console.</summary>
public sealed class NotificationChannel : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }

    /// <summary>"webhook", "ntfy" or "smtp".</summary>
    public required string Kind { get; set; }

    /// <summary>JSON, sealed: it may hold tokens.</summary>
    public string? Config { get; set; }
    public bool IsEnabled { get; set; } = true;

    /// <summary>The least level that it takes.</summary>
    public NoticeLevel MinLevel { get; set; }

    /// <summary>JSON: an array of the sources that it takes; null for all of them.</summary>
    public string? Sources { get; set; }

    /// <summary>It is also told when something is over.</summary>
    public bool TellsResolved { get; set; } = true;

    /// <summary>From when to when, by the clock of <see cref="TimeZone"/>, everything but errors waits; both null for never.</summary>
    public TimeOnly? QuietFrom { get; set; }
    public TimeOnly? QuietUntil { get; set; }

    /// <summary>IANA name.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>When something last arrived.</summary>
    public DateTimeOffset? LastDeliveredAt { get; set; }

    /// <summary>When something last did not arrive.</summary>
    public DateTimeOffset? LastFailedAt { get; set; }

    /// <summary>Why, and what to do.</summary>
    public string? LastFailure { get; set; }

    /// <summary>Since when nothing has arrived; null where the last one did.</summary>
    public DateTimeOffset? FailingSince { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

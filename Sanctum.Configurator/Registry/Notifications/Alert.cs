namespace Sanctum.Configurator.Registry.Notifications;

/// <summary>A search of the logs that makes a notification when it finds too much in too short a time.</summary>
public sealed class Alert : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }

    /// <summary>The search, as the page of logs takes it.</summary>
    public string Query { get; set; } = "";

    /// <summary>So many rows raise it.</summary>
    public int Threshold { get; set; } = 1;

    /// <summary>The time in which they are counted.</summary>
    public int WindowSeconds { get; set; } = 300;

    /// <summary>The level of the notification.</summary>
    public NoticeLevel Level { get; set; } = NoticeLevel.Warning;
    public bool IsEnabled { get; set; } = true;

    /// <summary>It was raised and is not over.</summary>
    public bool IsRaised { get; set; }
    public DateTimeOffset? LastCheckedAt { get; set; }
    public DateTimeOffset? LastRaisedAt { get; set; }

    /// <summary>How many rows the last check found; null before the first.</summary>
    public int? LastCount { get; set; }

    /// <summary>Why the last check came to no number, and what to do; null where it did.</summary>
    public string? LastFailure { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

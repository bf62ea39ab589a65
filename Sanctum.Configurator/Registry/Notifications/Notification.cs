namespace Sanctum.Configurator.Registry.Notifications;

/// <summary>Something an operator should know of. What happens again before anybody read it is counted, not told anew.</summary>
public sealed class Notification
{
    public int Id { get; private set; }
    public NoticeLevel Level { get; set; }
    public required string Title { get; set; }
    public string? Message { get; set; }

    /// <summary>The part of the console it comes from, such as "letta" or "backups".</summary>
    public string? Source { get; init; }

    /// <summary>The page it is about, as a path on this console.</summary>
    public string? Link { get; set; }

    /// <summary>What the same thing is known by when it happens again, or is over; null where it stands alone.</summary>
    public string? GroupKey { get; init; }

    /// <summary>It goes on until it is said to be over; else it is something that happened.</summary>
    public bool IsLasting { get; init; }

    /// <summary>How often it happened.</summary>
    public int Occurrences { get; set; } = 1;

    /// <summary>When it happened first.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it happened last; null where another program wrote it, and it happened once.</summary>
    public DateTimeOffset? LastAt { get; set; }

    /// <summary>When somebody read it: for everybody.</summary>
    public DateTimeOffset? ReadAt { get; set; }
    public string? ReadBy { get; set; }

    /// <summary>When it was over; null where it is not, or never can be.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>One agent on one platform: how messages come and go there.</summary>
public sealed class Channel : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }
    public required string Platform { get; init; }
    public required int AgentId { get; set; }

    /// <summary>What carries its messages, such as "telegram"; "api" where programs do.</summary>
    public required string Connector { get; set; }
    public bool IsEnabled { get; set; } = true;
    public ChannelMode Mode { get; set; }

    /// <summary>Messages that a person writes within so many seconds are one turn; 0 for each its own.</summary>
    public int BurstSeconds { get; set; }
    public DuringRun DuringRun { get; set; }

    /// <summary>Attempts before a message has failed.</summary>
    public int MostAttempts { get; set; } = 5;

    /// <summary>Messages are kept for so many days; null for ever.</summary>
    public int? KeepDays { get; set; }

    /// <summary>JSON object: what the connector needs.</summary>
    public string? Settings { get; set; }

    /// <summary>The token, password or signing secret of the connector.</summary>
    public string? Secret { get; set; }

    /// <summary>How far the platform has been read.</summary>
    public string? Cursor { get; set; }

    /// <summary>The console that reads the platform, and until when.</summary>
    public string? Owner { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>When the platform last answered, and what failed since; null where nothing did.</summary>
    public DateTimeOffset? LastContact { get; set; }
    public string? Problem { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>What becomes of what comes in.</summary>
public enum ChannelMode
{
    /// <summary>The agent answers.</summary>
    [JsonStringEnumMemberName("live")]
    Live,

    /// <summary>It is kept, and no agent sees it.</summary>
    [JsonStringEnumMemberName("listen")]
    Listen,

    /// <summary>It is sent back, and no agent sees it.</summary>
    [JsonStringEnumMemberName("echo")]
    Echo,
}

/// <summary>What becomes of a message while its agent answers another.</summary>
public enum DuringRun
{
    /// <summary>It waits.</summary>
    [JsonStringEnumMemberName("queue")]
    Queue,

    /// <summary>It ends the run of the same person, and both are answered together.</summary>
    [JsonStringEnumMemberName("steer")]
    Steer,

    /// <summary>It ends the run of the same person.</summary>
    [JsonStringEnumMemberName("interrupt")]
    Interrupt,
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>That messages of an agent, a platform or a person wait until somebody, or the time, lets them go on.</summary>
public sealed class QueuePause
{
    public int Id { get; private set; }
    public required PauseScope Scope { get; init; }

    /// <summary>The agent's or the person's id, or the platform's name.</summary>
    public required string Subject { get; init; }
    public string? Reason { get; set; }
    public required string PausedBy { get; init; }
    public DateTimeOffset PausedAt { get; init; }
    public DateTimeOffset? Until { get; set; }
}

/// <summary>Whose messages wait.</summary>
public enum PauseScope
{
    [JsonStringEnumMemberName("agent")]
    Agent,

    [JsonStringEnumMemberName("platform")]
    Platform,

    [JsonStringEnumMemberName("person")]
    Person,
}

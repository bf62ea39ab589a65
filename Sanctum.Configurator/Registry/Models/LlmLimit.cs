using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Models;

/// <summary>How much somebody may use in a day or a month.</summary>
public sealed class LlmLimit : IVersioned
{
    public int Id { get; private set; }

    /// <summary>Whose; null for each user who has none of his own.</summary>
    public int? UserId { get; init; }
    public LlmPeriod Period { get; set; }

    /// <summary>Tokens of all kinds; null where they are not limited.</summary>
    public long? MaxTokens { get; set; }

    /// <summary>Millionths of a dollar; null where the cost is not limited.</summary>
    public long? MaxCostMicros { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>The time a limit is for, by the calendar in UTC.</summary>
public enum LlmPeriod
{
    [JsonStringEnumMemberName("day")]
    Day,

    [JsonStringEnumMemberName("month")]
    Month,
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Models;

/// <summary>What a model costs from a day on, as the operator entered it. It goes before what the console was shipped with.</summary>
public sealed class LlmPrice : IVersioned
{
    public int Id { get; private set; }
    public required string Type { get; set; }
    public required string Model { get; set; }
    public LlmTokenKind Kind { get; set; }
    public DateOnly ValidFrom { get; set; }

    /// <summary>The last day; null where it has none.</summary>
    public DateOnly? ValidUntil { get; set; }

    /// <summary>Millionths of a dollar for a million tokens.</summary>
    public long MicrosPerMillion { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>The kinds of tokens that have prices of their own.</summary>
public enum LlmTokenKind
{
    [JsonStringEnumMemberName("input")]
    Input,

    [JsonStringEnumMemberName("cached_read")]
    CachedRead,

    [JsonStringEnumMemberName("cache_write")]
    CacheWrite,

    [JsonStringEnumMemberName("output")]
    Output,

    [JsonStringEnumMemberName("reasoning")]
    Reasoning,

    [JsonStringEnumMemberName("embedding")]
    Embedding,
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Memories;

/// <summary>The vectors of all memories by one model. A new model's index is built beside the one in force.</summary>
public sealed class VectorIndex
{
    public int Id { get; private set; }

    /// <summary>The saved model; null where it was deleted.</summary>
    public int? ConfigId { get; set; }
    public required string Model { get; init; }

    /// <summary>Numbers of one vector; null until the first one came.</summary>
    public int? Dimension { get; set; }

    /// <summary>1 for the first of a model, and so on.</summary>
    public int Number { get; init; }
    public VectorIndexStatus Status { get; set; }

    /// <summary>Why it doesn't go on, in a sentence.</summary>
    public string? Problem { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it had all memories for the first time.</summary>
    public DateTimeOffset? BuiltAt { get; set; }

    /// <summary>When it was last put in force.</summary>
    public DateTimeOffset? ActivatedAt { get; set; }
}

/// <summary>Whether an index is searched.</summary>
public enum VectorIndexStatus
{
    /// <summary>It doesn't have all memories yet.</summary>
    [JsonStringEnumMemberName("building")]
    Building,

    /// <summary>It is whole, and another one is in force.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>It is the one that is searched.</summary>
    [JsonStringEnumMemberName("active")]
    Active,
}

/// <summary>A memory's place in an index.</summary>
public sealed class MemoryVector
{
    public int IndexId { get; init; }
    public Guid MemoryId { get; init; }

    /// <summary>Little-endian 32-bit floats.</summary>
    public required byte[] Vector { get; set; }

    /// <summary>Of the content it was made from: another one makes it anew.</summary>
    public required string ContentKey { get; set; }
}

using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Memories;

/// <summary>What is remembered of somebody from one conversation to the next.</summary>
public sealed class Memory : IVersioned
{
    /// <summary>The score that nothing goes beyond.</summary>
    public const double MostRelevant = 5;

    public Guid Id { get; init; }

    /// <summary>Whose it is: the id of the console's user as text, or whatever another program calls them.</summary>
    public required string UserId { get; init; }
    public MemoryKind MemoryType { get; set; }
    public required string Content { get; set; }

    /// <summary>The content as the vector in force has it: little-endian 32-bit floats; null where there is none.</summary>
    public byte[]? Embedding { get; set; }

    /// <summary>How much it matters, as it is stored; 1 for one of which nothing is known.</summary>
    public double RelevanceScore { get; set; } = 1;

    public Guid? SourceConversationId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last given to whoever answers.</summary>
    public DateTimeOffset LastAccessed { get; set; }

    /// <summary>How often it was given.</summary>
    public int UseCount { get; set; }
    public MemoryScope Scope { get; set; }

    /// <summary>The agent it is kept for, where its scope is an agent.</summary>
    public int? AgentId { get; set; }
    public MemoryStatus Status { get; set; }

    /// <summary>Why somebody has to look at it first, in a sentence; null where nobody has to.</summary>
    public string? HeldBecause { get; set; }

    /// <summary>From when on it is true; null where that is not known.</summary>
    public DateTimeOffset? ValidFrom { get; set; }

    /// <summary>Until when it was true; null where it still is.</summary>
    public DateTimeOffset? ValidTo { get; set; }

    /// <summary>The one that took its place.</summary>
    public Guid? SupersededBy { get; set; }

    /// <summary>The message it was read from; null where it was written by hand or by another program.</summary>
    public Guid? SourceMessageId { get; init; }

    /// <summary>The model that read it, or "rules"; null where a person or another program wrote it.</summary>
    public string? ExtractedBy { get; init; }

    /// <summary>Which version of the console's instructions the model had.</summary>
    public string? PromptVersion { get; init; }

    /// <summary>Equal for equal contents, whatever their case and punctuation; null where another program wrote it.</summary>
    public string? ContentKey { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }

    /// <summary>A score as it counts, 0 to <see cref="MostRelevant"/>: other programs store infinity and worse.</summary>
    public static double RelevanceOf(double stored) => stored >= 0 ? Math.Min(stored, MostRelevant) : 0;
}

/// <summary>What a memory is about.</summary>
public enum MemoryKind
{
    /// <summary>What somebody asks for again and again.</summary>
    [JsonStringEnumMemberName("pattern")]
    Pattern,

    /// <summary>How somebody likes things.</summary>
    [JsonStringEnumMemberName("preference")]
    Preference,

    /// <summary>What somebody put right.</summary>
    [JsonStringEnumMemberName("correction")]
    Correction,

    /// <summary>What a conversation was about.</summary>
    [JsonStringEnumMemberName("summary")]
    Summary,
}

/// <summary>In which conversations a memory is used.</summary>
public enum MemoryScope
{
    /// <summary>All of its owner's.</summary>
    [JsonStringEnumMemberName("person")]
    Person,

    /// <summary>Its owner's with one agent.</summary>
    [JsonStringEnumMemberName("agent")]
    Agent,

    /// <summary>Everybody's.</summary>
    [JsonStringEnumMemberName("shared")]
    Shared,
}

/// <summary>Whether a memory is used.</summary>
public enum MemoryStatus
{
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>Not before somebody has looked at it.</summary>
    [JsonStringEnumMemberName("held")]
    Held,

    /// <summary>It was true once.</summary>
    [JsonStringEnumMemberName("superseded")]
    Superseded,
}

/// <summary>A memory that was made of another one, and changes and goes with it.</summary>
public sealed class MemorySource
{
    public Guid MemoryId { get; init; }
    public Guid SourceId { get; init; }
}

/// <summary>That something was forgotten, without what it was: it is not extracted again.</summary>
public sealed class MemoryTombstone
{
    public Guid Id { get; init; }
    public required string UserId { get; init; }
    public required string ContentKey { get; init; }

    /// <summary>Hashes of its words, with spaces between them, by which the same in other words is known.</summary>
    public required string Words { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

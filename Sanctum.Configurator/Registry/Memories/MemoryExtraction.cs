using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Memories;

/// <summary>A conversation, or an exchange of it, from which memories are to be read.</summary>
public sealed class MemoryExtraction
{
    public int Id { get; private set; }
    public Guid ConversationId { get; init; }

    /// <summary>The answer that ended the exchange; null where the whole conversation is summarised.</summary>
    public Guid? MessageId { get; init; }
    public MemoryExtractionStatus Status { get; set; }
    public int Attempts { get; set; }

    /// <summary>Not before then.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>The console that does it.</summary>
    public string? Owner { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Why it failed, in a sentence.</summary>
    public string? Problem { get; set; }

    /// <summary>Memories that came of it.</summary>
    public int? Found { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>How far an extraction has come.</summary>
public enum MemoryExtractionStatus
{
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("done")]
    Done,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>That a person was erased, and what of them: proof without the person.</summary>
public sealed class Erasure
{
    public int Id { get; private set; }

    /// <summary>The id that the person had.</summary>
    public required int PersonId { get; init; }
    public required string ErasedBy { get; init; }
    public DateTimeOffset ErasedAt { get; init; }

    /// <summary>JSON: rows by table, and what became of what Letta has.</summary>
    public required string? Report { get; set; }
}

namespace Sanctum.Configurator.Registry.Memories;

/// <summary>What is remembered, and how much of it is given to whoever answers. One row.</summary>
public sealed class MemorySettings : IVersioned
{
    public const int TheId = 1;

    public int Id { get; private set; } = TheId;

    /// <summary>Memories are read from conversations, and given to models.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>The last messages of a conversation that a model is given.</summary>
    public int ShortTermMessages { get; set; } = 30;

    /// <summary>Tokens that they may have together.</summary>
    public int ShortTermTokens { get; set; } = 16_000;

    /// <summary>Memories that a model is given at most.</summary>
    public int MostRecalled { get; set; } = 5;

    /// <summary>The saved model that reads memories; null for the one that answered.</summary>
    public int? ExtractionConfigId { get; set; }

    /// <summary>A model reads them; otherwise rules do.</summary>
    public bool UsesModel { get; set; } = true;

    /// <summary>Also from what tools returned.</summary>
    public bool ReadsToolOutput { get; set; }

    /// <summary>Also from what was quoted and attached.</summary>
    public bool ReadsQuotes { get; set; }

    /// <summary>Days after which a memory that was not used counts half.</summary>
    public int HalfLifeDays { get; set; } = 90;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

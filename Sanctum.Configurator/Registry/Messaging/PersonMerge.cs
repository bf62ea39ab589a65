namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>That two people were found to be one, with what a split needs.</summary>
public sealed class PersonMerge
{
    public int Id { get; private set; }
    public required int SurvivorId { get; init; }
    public required int MergedId { get; init; }

    /// <summary>JSON: the survivor's fields as they were, and whom the merged person stood for besides.</summary>
    public required string? Before { get; init; }

    /// <summary>JSON: the survivor's fields as they were chosen.</summary>
    public required string? After { get; init; }
    public required string MergedBy { get; init; }
    public DateTimeOffset MergedAt { get; init; }
    public string? UndoneBy { get; set; }
    public DateTimeOffset? UndoneAt { get; set; }
}

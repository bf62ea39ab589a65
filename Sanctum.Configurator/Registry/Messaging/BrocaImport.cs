namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>One import of a database of Broca.</summary>
public sealed class BrocaImport
{
    public int Id { get; private set; }

    /// <summary>The installation that it is of; rows of the same one are known again in its next import.</summary>
    public required string Source { get; init; }
    public required string FileName { get; init; }

    /// <summary>SHA-256 of the file, as hex.</summary>
    public required string FileHash { get; init; }

    /// <summary>Which of Broca's schemas it had.</summary>
    public required string Shape { get; init; }
    public int? AgentId { get; init; }
    public required string ImportedBy { get; init; }
    public DateTimeOffset ImportedAt { get; init; }

    /// <summary>JSON: rows and checksums by table, there and here, and what was odd.</summary>
    public required string? Report { get; set; }
    public string? UndoneBy { get; set; }
    public DateTimeOffset? UndoneAt { get; set; }
}

/// <summary>A row that belongs to nothing any more: kept as it was.</summary>
public sealed class BrocaOrphan
{
    public int Id { get; private set; }
    public required int ImportId { get; init; }
    public required string SourceTable { get; init; }
    public required string SourceKey { get; init; }

    /// <summary>JSON: its columns.</summary>
    public required string? Row { get; init; }
    public required string Reason { get; init; }
}

namespace Sanctum.Configurator.Registry.LogViews;

/// <summary>A search of the logs that somebody keeps under a name.</summary>
public sealed class LogView : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }

    /// <summary>The search, as the page of logs takes it.</summary>
    public string Query { get; set; } = "";

    /// <summary>Whose it is; null where that user is no more, or nobody's key made it.</summary>
    public int? UserId { get; set; }

    /// <summary>Everybody sees it.</summary>
    public bool IsShared { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

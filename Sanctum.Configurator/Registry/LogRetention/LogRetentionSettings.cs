namespace Sanctum.Configurator.Registry.LogRetention;

/// <summary>How long lines of log are kept. One row.</summary>
public sealed class LogRetentionSettings : IVersioned
{
    public const int TheId = 1;

    public int Id { get; private set; } = TheId;

    /// <summary>
    /// A JSON object: days by level (<c>INFO</c>), or by level and source (<c>INFO agent</c>), which goes first; null for none.
    /// </summary>
    public string? Days { get; set; }

    /// <summary>Days that all others are kept.</summary>
    public int OtherDays { get; set; } = 90;

    /// <summary>Megabytes that the lines and their index may take; above, the oldest go. Of SQLite only.</summary>
    public int Megabytes { get; set; } = 8192;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

namespace Sanctum.Configurator.Registry.LogFiles;

/// <summary>A log file, or several by a pattern, whose lines the console takes in as they are written.</summary>
public sealed class LogFile : IVersioned
{
    public const int PathLength = 1024;

    public int Id { get; private set; }

    /// <summary>Absolute. The last parts may have stars.</summary>
    public required string Path { get; set; }
    public LogFileFormat Format { get; set; }

    /// <summary>"system", "agent", "tool" or "plugin": who its lines are of.</summary>
    public string Source { get; set; } = "system";

    /// <summary>Which of them; null where none in particular.</summary>
    public int? SourceId { get; set; }

    /// <summary>False where it is paused.</summary>
    public bool IsOn { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

namespace Sanctum.Configurator.Registry.Logs;

/// <summary>
/// Up to where the lines of a followed file are stored. Written in one transaction with them, so that each is stored once.
/// </summary>
public sealed class LogPosition
{
    /// <summary>The machine whose file it is: consoles on several share the logs.</summary>
    public required string Machine { get; init; }
    public required string Path { get; init; }

    /// <summary>The device and number of the file that is being read, which rotation renames; empty where the system has none.</summary>
    public string File { get; init; } = "";

    /// <summary>Bytes of that file whose lines are stored.</summary>
    public long ReadTo { get; init; }

    /// <summary>
    /// A hash of its first bytes and of those before <see cref="ReadTo"/>, so that another file under its name or number is told apart.
    /// </summary>
    public string Mark { get; init; } = "";

    /// <summary>Bytes that were passed over when it was first seen, because it was long.</summary>
    public long Skipped { get; init; }

    /// <summary>Lines that were stored of it, ever.</summary>
    public long Lines { get; init; }

    /// <summary>The time of the last one.</summary>
    public DateTimeOffset? LastLineAt { get; init; }
    public DateTimeOffset StoredAt { get; init; }
}

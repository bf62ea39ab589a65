namespace Sanctum.Configurator.Registry.Logs;

/// <summary>One line of the log of the console, an agent, a tool or a plugin.</summary>
public sealed class LogEntry
{
    public long Id { get; private set; }
    public LogLevelWord Level { get; init; }

    /// <summary>"system", "agent", "tool" or "plugin".</summary>
    public string Source { get; init; } = "system";
    public int? SourceId { get; init; }
    public required string Message { get; init; }

    /// <summary>JSON.</summary>
    public string? Details { get; init; }
    public DateTimeOffset Timestamp { get; init; }
    public int? UserId { get; init; }

    /// <summary>What lines of one request or run have in common.</summary>
    public string? CorrelationId { get; init; }
}

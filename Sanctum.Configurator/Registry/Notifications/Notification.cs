namespace Sanctum.Configurator.Registry.Notifications;

/// <summary>Something an operator should know of.</summary>
public sealed class Notification
{
    public int Id { get; private set; }
    /// <summary>"info", "warning" or "error".</summary>
    public string Level { get; init; } = "info";
    public required string Title { get; init; }
    public string? Message { get; init; }
    public string? Source { get; init; }
    public string? Link { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ReadAt { get; set; }
}

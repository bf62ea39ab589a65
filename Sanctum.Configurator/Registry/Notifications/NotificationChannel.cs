namespace Sanctum.Configurator.Registry.Notifications;

/// <summary>A way by which notifications leave the console.</summary>
public sealed class NotificationChannel : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }
    /// <summary>"webhook", "ntfy" or "smtp".</summary>
    public required string Kind { get; set; }
    /// <summary>JSON, sealed: it may hold tokens.</summary>
    public string? Config { get; set; }
    public bool IsEnabled { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

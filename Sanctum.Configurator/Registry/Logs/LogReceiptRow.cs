namespace Sanctum.Configurator.Registry.Logs;

/// <summary>An idempotency key under which lines were stored, so that a sender who did not hear the answer can send them again.</summary>
public sealed class LogReceiptRow
{
    public required string Key { get; init; }
    public int Lines { get; init; }
    public long FirstId { get; init; }
    public long LastId { get; init; }
    public DateTimeOffset StoredAt { get; init; }
}

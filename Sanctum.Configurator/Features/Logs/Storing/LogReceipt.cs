namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>What became of lines that were handed in: they are on the disk.</summary>
/// <param name="FirstId">The id of the first of them.</param>
/// <param name="IsRepeat">They were stored before, under the same idempotency key; nothing was stored now.</param>
public sealed record LogReceipt(int Lines, long FirstId, long LastId, bool IsRepeat = false);

/// <summary>Nothing could be stored, and what to do about it.</summary>
/// <param name="place">Where the disk is, for people.</param>
internal sealed class LogsRefusedException(string place, Exception inner)
    : Exception($"Nothing was stored: the disk of {place} is full or broken. Free some space there and try again.", inner)
{
    public string Place => place;
}

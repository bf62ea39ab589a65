namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>A backup file is not what was written. The message says what is wrong, for the operator.</summary>
/// <param name="part">The part that is bad; null where it is the file as a whole.</param>
internal sealed class ArchiveDamagedException(string message, string? part = null, Exception? inner = null) : IOException(message, inner)
{
    public string? Part { get; } = part;
}

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>Up to where a followed file is stored.</summary>
/// <param name="Machine">The machine whose file it is.</param>
/// <param name="File">The device and number of the file that is being read, which rotation renames; empty where the system has
/// none.</param>
/// <param name="ReadTo">Bytes of that file whose lines are stored.</param>
/// <param name="Mark">A hash of its first bytes and of those before <paramref name="ReadTo"/>; empty where nothing was read.</param>
/// <param name="Skipped">Bytes that were passed over when it was first seen.</param>
/// <param name="Lines">Lines that were stored of it, ever.</param>
/// <param name="LastLineAt">The time of the last one.</param>
public sealed record FilePosition(
    string Machine,
    string Path,
    string File,
    long ReadTo,
    string Mark,
    long Skipped = 0,
    long Lines = 0,
    DateTimeOffset? LastLineAt = null
);

/// <summary>Where a reader of a file goes on to with the lines that it hands in.</summary>
/// <param name="Was">Where it read from; null where it had not begun.</param>
internal sealed record FileStep(FilePosition? Was, FilePosition Now);

/// <summary>
/// The position is no longer where the reader believed: another console stored the lines, or the logs were begun anew. Nothing was stored.
/// </summary>
internal sealed class PositionMovedException() : Exception("These lines were already stored.");

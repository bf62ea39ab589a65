using Sanctum.Configurator.Features.Backups.Archive;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>A file in a target.</summary>
public sealed record StoredFile(string Name, long SizeBytes);

/// <summary>
/// A place outside the console that keeps backup files. What goes wrong there is a <see cref="BackupFailedException"/> whose message says
/// what happened, to what, and what to do.
/// </summary>
public interface IBackupStore : IDisposable
{
    /// <summary>
    /// Stores a file under a name, whole or not at all, and looks whether it arrived. A file that is there already, with the same content,
    /// is left alone.
    /// </summary>
    /// <param name="checksum">The file's SHA-256, in hex.</param>
    /// <param name="progress">Told the bytes that each step moved.</param>
    Task StoreAsync(string file, string name, string checksum, IProgress<long>? progress, CancellationToken cancel);

    /// <summary>Writes what is stored under the name into a new file.</summary>
    Task FetchAsync(string name, string file, IProgress<long>? progress, CancellationToken cancel);

    /// <summary>Deletes what is stored under the name; nothing where nothing is.</summary>
    Task DeleteAsync(string name, CancellationToken cancel);

    /// <summary>The backup files that are there.</summary>
    Task<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancel);

    /// <summary>Writes a tiny object, reads it and deletes it.</summary>
    Task TestAsync(CancellationToken cancel);
}

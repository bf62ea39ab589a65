using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>
/// Knows whether a SQLite database is still where this process opened it. Deleted or replaced, its file lives on for those who have it
/// open,
/// and takes in whatever they write, until the last of them ends.
/// </summary>
internal sealed class PlaceOfDatabase(string file)
{
    private string? _id;
    private string? _ahead;
    private volatile bool _isLost;

    public string File => file;

    /// <summary>Takes the file as it is now for the one that is open.</summary>
    public void Take() => (_id, _ahead, _isLost) = (FileFacts.Of(file)?.Id, null, false);

    /// <summary>Whether the file, or its write-ahead log, was deleted or replaced. It stays so until <see cref="Take"/>.</summary>
    public bool IsLost => _isLost || (_id is { Length: > 0 } && (_isLost = IsGone()));

    /// <exception cref="DatabaseMovedException">It was deleted or replaced.</exception>
    public void Require()
    {
        if (IsLost)
        {
            throw new DatabaseMovedException(
                $"{file} was deleted or replaced while the console was running. Nothing more is saved, because it would be lost. Stop the console. "
                    + $"Restore the file, or a backup of it with: backup restore FILE. Then start the console again."
            );
        }
    }

    private bool IsGone() => FileFacts.Of(file)?.Id != _id || IsAheadGone();

    /// <summary>Its log is begun anew by who opens the file first: it is one of those that this process has open, or none.</summary>
    private bool IsAheadGone()
    {
        var ahead = $"{file}-wal";
        var id = FileFacts.Of(ahead)?.Id;
        if (id is not null && id == _ahead)
        {
            return false;
        }

        var deleted = $"{Folders.Real(Path.GetDirectoryName(file)!)}/{Path.GetFileName(ahead)} (deleted)";
        if (LinuxFiles.PlacesOfOpen().Contains(deleted))
        {
            return true;
        }

        _ahead = id;
        return false;
    }
}

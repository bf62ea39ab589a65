using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Features.Backups.Sources;

/// <summary>A file that goes into a backup.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="File">Where it is read.</param>
/// <param name="IsDatabase">A SQLite file that nobody writes to while it is read, or whose pages are held.</param>
/// <param name="Modified">When it was last written; null where that says nothing of its contents.</param>
/// <param name="Pages">A database that is in use, held as it was at one moment; null where the file is read.</param>
/// <param name="Within">The folder of an operator's that it lies in; null for one of the console's own files.</param>
internal sealed record PartSource(
    string Name,
    string File,
    bool IsDatabase = false,
    DateTimeOffset? Modified = null,
    SqlitePages? Pages = null,
    string? Within = null
)
{
    /// <summary>The file's rights; null where the system knows none of this kind.</summary>
    public int? Mode => OperatingSystem.IsWindows() || Modified is null ? null : (int)System.IO.File.GetUnixFileMode(File);
}

/// <summary>What a backup is made of, and what it lacks.</summary>
internal sealed class Gathered : IDisposable
{
    public List<PartSource> Parts { get; } = [];

    /// <summary>A sentence for each thing that was wanted and could not be had.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Lets go of the databases that are held.</summary>
    public void Dispose() => Parts.ForEach(part => part.Pages?.Dispose());
}

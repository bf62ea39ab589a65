using Microsoft.Win32.SafeHandles;

namespace Sanctum.Configurator.Platform.Files;

/// <summary>
/// The one way to files whose paths operators name: log files, sources and targets of backups, manifests, files of the command line. It
/// looks at where a path really leads before anything is opened. The console's own files must never be opened by such a path: as soon as
/// a process closes a file, Linux takes all locks from it that the process has on it, SQLite's too; and they hold secrets.
/// </summary>
/// <param name="ownFolder">The console's data folder.</param>
public sealed class OperatorFiles(string ownFolder)
{
    private const string OfConsole = "It is in the console's own data folder, which can't be used here. Choose another path.";
    private const string OfSystem = "It is in /proc, /sys or /dev. Choose a file on a disk.";

    private static readonly string[] SystemFolders = ["/proc", "/sys", "/dev"];

    /// <summary>Whatever a path leads to, held and not opened.</summary>
    /// <returns>Null where there is nothing. Dispose it.</returns>
    /// <exception cref="PathRefusedException">It is what the console does not open by a path.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be entered.</exception>
    public FoundFile? Find(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new PathRefusedException("A path can't contain NUL characters.");
        }

        var way = Folders.OnTheWay(path);
        if (way.Any(IsOfSystem))
        {
            throw new PathRefusedException(OfSystem);
        }

        if (way.Count > 0 && Folders.IsInside(way[^1], Folders.Real(ownFolder)))
        {
            throw new PathRefusedException(OfConsole);
        }

        var found = FoundFile.At(path);
        if (found is not null && RefusalOf(found) is { } refusal)
        {
            found.Dispose();
            throw new PathRefusedException(refusal);
        }

        return found;
    }

    /// <summary>Opens a file for reading; whoever writes, renames or deletes it is not kept from it.</summary>
    /// <param name="within">The folder that it must really lie in; null for any.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="PathRefusedException">It is what the console does not open by a path.</exception>
    public FileStream OpenRead(string path, string? within = null)
    {
        using var found = Find(path) ?? throw new FileNotFoundException($"File not found: {path}.", path);
        return within is not null && !Folders.IsInside(found.Place, within)
            ? throw new PathRefusedException($"It leads outside {within}.")
            : new FileStream(found.Open(), FileAccess.Read, bufferSize: 0);
    }

    /// <summary>
    /// Opens a file that somebody typed on the command line, who may read it anyway: what another program pipes in too, and all but the
    /// databases and keys.
    /// </summary>
    /// <exception cref="IOException">It can't be opened; the message names it.</exception>
    public FileStream OpenTyped(string path)
    {
        using var found = FoundFile.At(path) ?? throw new FileNotFoundException($"File not found: {path}.", path);
        return OwnIds(IsHeld).Contains(found.Facts.Id)
            ? throw new IOException($"{path} is used by the console itself. Choose another file.")
            : new FileStream(found.OpenAny(), FileAccess.Read, bufferSize: 1);
    }

    /// <summary>Why a file or folder is not opened by this path, or would not be if it were there; null where it is.</summary>
    public string? RefusalOf(string path)
    {
        try
        {
            using var found = Find(path);
            return null;
        }
        catch (PathRefusedException e)
        {
            return e.Message;
        }
        catch (UnauthorizedAccessException)
        {
            // Who can't look at it can't open it either; that is said by whoever tries to.
            return null;
        }
    }

    private string? RefusalOf(FoundFile found) =>
        IsOfSystem(found.Place) || found.IsWindow ? OfSystem
        : IsOwn(found) ? OfConsole
        : null;

    private static bool IsOfSystem(string path) =>
        !OperatingSystem.IsWindows() && SystemFolders.Any(folder => Folders.IsInside(path, folder));

    /// <summary>By its place, by a folder above it (a folder can have two places), and by itself: a file can have other names.</summary>
    private bool IsOwn(FoundFile found)
    {
        if (Folders.IsInside(found.Place, Folders.Real(ownFolder)))
        {
            return true;
        }

        if (found.Facts.Id.Length == 0)
        {
            return false;
        }

        var folders = OwnFolders().Select(folder => FileFacts.Of(folder)?.Id).OfType<string>().ToHashSet();
        return Folders.Above(found.Place).Any(above => IdOf(above) is { } id && folders.Contains(id))
            || folders.Contains(found.Facts.Id)
            || OwnIds(_ => true).Contains(found.Facts.Id);
    }

    private IEnumerable<string> OwnFolders() => [ownFolder, Path.Combine(ownFolder, "keys"), Path.Combine(ownFolder, "backups")];

    /// <summary>Asked anew each time: SQLite makes and deletes files as it goes.</summary>
    private HashSet<string> OwnIds(Func<string, bool> isWanted)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in OwnFolders().Where(Directory.Exists))
        {
            ids.UnionWith(Directory.EnumerateFiles(folder).Where(isWanted).Select(IdOf).OfType<string>());
        }

        return ids;
    }

    /// <summary>A database, with what SQLite keeps beside it, or a key.</summary>
    private static bool IsHeld(string file) =>
        Path.GetFileName(file).Contains(".db", StringComparison.Ordinal) || Path.GetExtension(file) == ".xml";

    private static string? IdOf(string path)
    {
        try
        {
            return FileFacts.Of(path)?.Id;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What the console's user can't even look at is none of its files.
            return null;
        }
    }
}

/// <summary>What a path led to when it was looked at. It is held: whatever becomes of the path, this is what is opened.</summary>
public sealed class FoundFile : IDisposable
{
    private readonly SafeFileHandle? _held;

    private FoundFile(string place, FileFacts facts, SafeFileHandle? held) => (Place, Facts, _held) = (place, facts, held);

    /// <summary>Where it really lies, behind all links.</summary>
    public string Place { get; }

    public FileFacts Facts { get; }

    internal bool IsWindow => OperatingSystem.IsLinux() && LinuxFiles.IsWindow(_held!);

    internal static FoundFile? At(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return FileFacts.Of(path) is { } known ? new(Folders.Real(path), known, null) : null;
        }

        var held = LinuxFiles.Hold(path);
        return held is null ? null : new(LinuxFiles.PlaceOf(held), FileFacts.Of(held), held);
    }

    /// <summary>Opens it for reading.</summary>
    /// <exception cref="PathRefusedException">It is no file, and could keep a reader waiting for ever.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public SafeFileHandle Open() =>
        Facts.IsRegular ? OpenAny() : throw new PathRefusedException("It is a folder, a pipe or a device. Choose a file.");

    /// <summary>Opens it for reading, and waits where it is a pipe that nobody writes into yet.</summary>
    internal SafeFileHandle OpenAny() =>
        File.OpenHandle(
            _held is null ? Place : LinuxFiles.PathTo(_held),
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );

    public void Dispose() => _held?.Dispose();
}

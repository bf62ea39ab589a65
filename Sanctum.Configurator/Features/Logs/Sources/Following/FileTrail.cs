using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// Finds the file that was being read, under whatever name rotation gave it, and the one that was begun after it. A file is known by
/// its device and number, and by a hash of what was read of it: numbers are given again, and a copy has another.
/// </summary>
internal sealed class FileTrail(string path, LogOpener opener)
{
    /// <summary>Where it lay when it was read last: behind a link that is turned, that may be another folder.</summary>
    private string? _lastFolder;

    /// <summary>The file that goes on at this position; null where there is none, or only others.</summary>
    public OpenLog? Find(FilePosition position)
    {
        var current = Current();
        if (current is not null && current.Id == position.File && IsAt(current, position))
        {
            _lastFolder = Path.GetDirectoryName(current.Place);
            return current;
        }

        if (FindById(position, current) is { } renamed)
        {
            current?.Dispose();
            return renamed;
        }

        // One that an editor wrote anew has another number and the same beginning.
        if (current is not null && position.ReadTo > 0 && IsAt(current, position))
        {
            return current;
        }

        current?.Dispose();
        return position.ReadTo > 0 ? FindCopy(position) : null;
    }

    /// <summary>The file that has the path now.</summary>
    public OpenLog? Current() => opener.Open(path);

    /// <summary>
    /// The file that was begun after a rotated one, if anything is in it: until then, its writer may still write into the old one.
    /// </summary>
    public OpenLog? After(OpenLog rotated)
    {
        var all = InOrder();
        var next = all.Skip(all.IndexOf(rotated.Path) is >= 0 and var at ? at + 1 : all.Count - 1)
            .Select(OpenIfFilled)
            .FirstOrDefault(file => file is not null);

        // Another rotation meanwhile would make this the one after the next; what another follower reads is not read twice.
        if (
            next is not null
            && next.Id != rotated.Id
            && FileFacts.Of(rotated.Path)?.Id == rotated.Id
            && !opener.IsReadByAnother(next.Id, path)
        )
        {
            return next;
        }

        next?.Dispose();
        return null;
    }

    public bool IsCurrent(OpenLog file) => file.Path == path;

    /// <summary>The files that were written one after the other, the path itself last.</summary>
    private List<string> InOrder()
    {
        var real = Folders.Real(path);
        return Path.GetFileName(real) == Path.GetFileName(path)
            ? [.. FolderPaths.RotatedOf(path), path]
            : [.. FolderPaths.LikeIt(real).TakeWhile(file => file != real), path];
    }

    private OpenLog? OpenIfFilled(string file)
    {
        var open = opener.Open(file);
        if (open is { Length: 0 })
        {
            open.Dispose();
            return null;
        }

        return open;
    }

    private static bool IsAt(OpenLog file, FilePosition position) => file.MarkAt(position.ReadTo) == position.Mark;

    /// <summary>By its number alone, whatever it is called now.</summary>
    private OpenLog? FindById(FilePosition position, OpenLog? current)
    {
        string?[] folders = [Path.GetDirectoryName(path), Path.GetDirectoryName(current?.Place), _lastFolder];
        return OpenFirst(
            folders.OfType<string>().Distinct().Select(folder => FolderPaths.WithId(folder, position.File)).OfType<string>(),
            file => file.Id == position.File && IsAt(file, position)
        );
    }

    private OpenLog? FindCopy(FilePosition position) => OpenFirst(FolderPaths.RotatedOf(path).Reverse(), file => IsAt(file, position));

    private OpenLog? OpenFirst(IEnumerable<string> paths, Func<OpenLog, bool> isIt)
    {
        foreach (var found in paths)
        {
            if (opener.Open(found) is not { } file)
            {
                continue;
            }

            if (isIt(file))
            {
                return file;
            }

            file.Dispose();
        }

        return null;
    }
}

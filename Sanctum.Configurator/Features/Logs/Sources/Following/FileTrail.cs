using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// Finds the file that was being read, under whatever name rotation gave it, and the one that was begun after it. A file is known by
/// its device and number, and by a hash of what was read of it: numbers are given again, and a copy has another.
/// </summary>
internal sealed class FileTrail(string path, string forbidden)
{
    /// <summary>The file that goes on at this position; null where there is none, or only others.</summary>
    public OpenLog? Find(FilePosition position)
    {
        var current = OpenLog.Find(path, forbidden);
        if (current is not null && current.Id == position.File && IsAt(current, position))
        {
            return current;
        }

        if (FindRotated(file => file.Id == position.File && IsAt(file, position)) is { } renamed)
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
        return position.ReadTo > 0 ? FindRotated(file => IsAt(file, position)) : null;
    }

    /// <summary>The file that has the path now.</summary>
    public OpenLog? Current() => OpenLog.Find(path, forbidden);

    /// <summary>The file that was begun after a rotated one, if anything is in it: until then, its writer may still write into the old one.</summary>
    public OpenLog? After(OpenLog rotated)
    {
        var all = FolderPaths.RotatedOf(path).Append(path).ToList();
        var next = all.Skip(all.IndexOf(rotated.Path) is >= 0 and var at ? at + 1 : all.Count - 1).Select(OpenIfFilled).FirstOrDefault(file => file is not null);

        // Another rotation meanwhile would make this the one after the next.
        if (next is not null && next.Id != rotated.Id && FileFacts.Of(rotated.Path)?.Id == rotated.Id)
        {
            return next;
        }

        next?.Dispose();
        return null;
    }

    private OpenLog? OpenIfFilled(string file)
    {
        var open = OpenLog.Find(file, forbidden);
        if (open is { Length: 0 })
        {
            open.Dispose();
            return null;
        }

        return open;
    }

    public bool IsCurrent(OpenLog file) => file.Path == path;

    private static bool IsAt(OpenLog file, FilePosition position) => file.MarkAt(position.ReadTo) == position.Mark;

    private OpenLog? FindRotated(Func<OpenLog, bool> isIt)
    {
        foreach (var rotated in FolderPaths.RotatedOf(path).Reverse())
        {
            if (OpenLog.Find(rotated, forbidden) is not { } file)
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

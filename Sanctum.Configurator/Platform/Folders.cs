using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Platform;

/// <summary>Folders as operators write them and as they really are.</summary>
public static class Folders
{
    private const int MostLinks = 40;

    /// <summary>A folder as an operator writes it, with ~ for his home.</summary>
    public static string Expand(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[1..])
            : path;

    /// <summary>Where a path leads when all links on the way are followed. What is not there is taken as it stands.</summary>
    /// <exception cref="PathRefusedException">The links lead in a circle.</exception>
    public static string Real(string path) => Real(path, new());

    /// <summary>The places that a path goes through, those of links on the way included.</summary>
    /// <exception cref="PathRefusedException">The links lead in a circle.</exception>
    public static IReadOnlyList<string> OnTheWay(string path)
    {
        var way = new Way();
        _ = Real(path, way);
        return way.Places;
    }

    /// <summary>The folders that a path lies in, the nearest first.</summary>
    public static IEnumerable<string> Above(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    /// <summary>Whether a path, as <see cref="Real(string)"/> gives it, is a folder or something in it.</summary>
    public static bool IsInside(string path, string folder)
    {
        var relative = Path.GetRelativePath(folder, path);
        return relative == "."
            || (
                relative != ".."
                && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !Path.IsPathRooted(relative)
            );
    }

    private static string Real(string path, Way way) =>
        path.Contains('\0', StringComparison.Ordinal)
            ? throw new PathRefusedException("A path can't contain NUL characters.")
            : Follow(Path.GetFullPath(path), way);

    private static string Follow(string path, Way way)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        var here = Path.Join(Follow(parent, way), Path.GetFileName(path));
        way.Places.Add(here);
        if (new FileInfo(here).LinkTarget is not { } target)
        {
            return here;
        }

        return ++way.Links < MostLinks
            ? Follow(Path.GetFullPath(target, Path.GetDirectoryName(here)!), way)
            : throw new PathRefusedException("The symbolic links form a loop. Enter the file that they should lead to.");
    }

    private sealed class Way
    {
        public List<string> Places { get; } = [];

        public int Links { get; set; }
    }
}

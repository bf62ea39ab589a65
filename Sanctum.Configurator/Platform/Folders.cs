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
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Real(string path)
    {
        var left = MostLinks;
        return Real(Path.GetFullPath(path), ref left);
    }

    /// <summary>Whether a path, as <see cref="Real(string)"/> gives it, is a folder or something in it.</summary>
    public static bool IsInside(string path, string folder)
    {
        var relative = Path.GetRelativePath(folder, path);
        return relative == "." || (relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !Path.IsPathRooted(relative));
    }

    private static string Real(string path, ref int left)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        var here = Path.Join(Real(parent, ref left), Path.GetFileName(path));
        if (new FileInfo(here).LinkTarget is not { } target)
        {
            return here;
        }

        return --left > 0 ? Real(Path.GetFullPath(target, Path.GetDirectoryName(here)!), ref left) : throw new IOException($"The links of {path} lead in a circle.");
    }
}
